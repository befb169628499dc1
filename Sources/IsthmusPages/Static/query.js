// The query bar: `/` leads to it, and what may come next is offered while one writes. Without this script the bar works
// as a plain form.
const bar = document.querySelector("input[data-entity]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !bar) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  bar.focus();
  bar.select();
});

if (bar) {
  const list = document.createElement("ul");
  list.id = "completions";
  list.className = "completions";
  list.role = "listbox";
  list.ariaLabel = "What may come next";
  list.hidden = true;
  bar.after(list);
  bar.role = "combobox";
  bar.setAttribute("aria-controls", list.id);
  bar.setAttribute("aria-autocomplete", "list");
  bar.setAttribute("aria-expanded", "false");
  let items = [];
  let chosen = -1;
  let asked = 0;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    bar.setAttribute("aria-expanded", "false");
    bar.removeAttribute("aria-activedescendant");
  };

  const mark = (index) => {
    chosen = index;
    for (const [place, option] of [...list.children].entries()) {
      option.ariaSelected = place === index ? "true" : "false";
      if (place === index) {
        bar.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      }
    }
  };

  // The server counts characters, a browser counts units of UTF-16.
  const characters = (text) => [...new Intl.Segmenter().segment(text)].map((part) => part.segment);

  const take = (index) => {
    const item = items[index];
    const parts = characters(bar.value);
    const before = parts.slice(0, item.from).join("") + item.text;
    bar.value = before + parts.slice(item.to).join("");
    bar.setSelectionRange(before.length, before.length);
    close();
    bar.focus();
    offer();
  };

  const offer = async () => {
    const number = ++asked;
    const position = characters(bar.value.slice(0, bar.selectionStart)).length;
    const query = new URLSearchParams({ query: bar.value, entity: bar.dataset.entity, position });
    let answer;
    try {
      answer = await fetch(`/api/v1/query/completions?${query}`);
    } catch {
      return close();
    }
    if (!answer.ok || number !== asked) return;
    items = (await answer.json()).items.slice(0, 12);
    list.replaceChildren(...items.map((item, index) => {
      const option = document.createElement("li");
      option.id = `completion-${index}`;
      option.role = "option";
      const text = document.createElement("code");
      text.textContent = item.text;
      const detail = document.createElement("small");
      detail.textContent = item.detail;
      option.append(text, " ", detail);
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(index);
      });
      return option;
    }));
    list.hidden = items.length === 0;
    bar.setAttribute("aria-expanded", String(items.length > 0));
    chosen = -1;
  };

  bar.addEventListener("input", offer);
  bar.addEventListener("blur", close);
  bar.addEventListener("keydown", (event) => {
    if (list.hidden) {
      if (event.key === "ArrowDown") offer();
      return;
    }
    if (event.key === "ArrowDown") mark((chosen + 1) % items.length);
    else if (event.key === "ArrowUp") mark((chosen + items.length - 1) % items.length);
    else if (event.key === "Escape") return close();
    else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0) take(chosen);
    else return;
    event.preventDefault();
  });
}
