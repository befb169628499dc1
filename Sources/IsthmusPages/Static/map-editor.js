// The map editor's results, live: what the Preview button does, while one types. Without this script the button does it.
const form = document.getElementById("map-editor");
const pause = 400;
let waiting;
let asked = 0;

const copy = (from, id) => {
  const [present, next] = [document.getElementById(id), from.getElementById(id)];
  if (present && next && present.innerHTML !== next.innerHTML) present.replaceChildren(...next.childNodes);
};

const preview = async () => {
  const number = ++asked;
  const fields = new URLSearchParams(new FormData(form));
  fields.set("act", "preview");
  let text;
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: fields });
    if (answer.redirected || !answer.headers.get("content-type")?.startsWith("text/html")) return;
    text = await answer.text();
  } catch {
    return; // The next key, or the button, tries again.
  }
  if (number !== asked) return;
  const page = new DOMParser().parseFromString(text, "text/html");
  if (!page.getElementById("map-editor")) return;
  copy(page, "trial");
  // The answer leaves empty rows out, so its rows are counted without them.
  let place = 0;
  for (const row of form.querySelectorAll(".map-row")) {
    const [source, target] = row.querySelectorAll(".map-fields > label > input");
    const isLeft = source.value.trim() || target.value.trim();
    const result = row.querySelector(".map-result");
    if (!isLeft || row.querySelector("input[name^=remove]").checked) {
      result.replaceChildren();
      continue;
    }
    const next = page.getElementById(`result-${place++}`);
    for (const wrong of next.querySelectorAll(".wrong")) wrong.id = result.id.replace("result", "problem");
    for (const input of [source, target]) {
      if (next.querySelector(".wrong")) {
        input.setAttribute("aria-invalid", "true");
        input.setAttribute("aria-describedby", result.id.replace("result", "problem"));
      } else {
        input.removeAttribute("aria-invalid");
        input.removeAttribute("aria-describedby");
      }
    }
    result.replaceChildren(...next.childNodes);
  }
};

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(preview, pause);
});
