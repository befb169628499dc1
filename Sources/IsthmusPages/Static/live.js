// Shows a run's or a connector's progress without a reload: the server tells that something changed, and the marked
// parts of the page are fetched anew. Without this script the page has a link for that.
const watched = document.querySelector('[data-events]')
if (watched && 'EventSource' in window) {
  const source = new EventSource(watched.dataset.events)
  let isFetching = false
  let isStale = false

  const hideReload = () => document.querySelectorAll('.reload').forEach((line) => { line.hidden = true })

  // One at a time; what changed meanwhile is fetched after it.
  async function refresh() {
    if (isFetching) { isStale = true; return }
    isFetching = true
    try {
      const answer = await fetch(location.href, { headers: { accept: 'text/html' } })
      if (answer.ok && !answer.redirected) show(new DOMParser().parseFromString(await answer.text(), 'text/html'))
    } catch { /* The server is away for a moment: the source connects anew, and tells again. */ }
    isFetching = false
    if (isStale) { isStale = false; setTimeout(refresh, 1000) }
  }

  function show(page) {
    for (const part of document.querySelectorAll('[data-live]')) {
      const fresh = page.getElementById(part.id)
      if (!fresh || part.contains(document.activeElement) || part.innerHTML === fresh.innerHTML) continue
      part.replaceChildren(...fresh.childNodes)
    }
  }

  source.addEventListener('open', hideReload)
  source.addEventListener('change', refresh)
  source.addEventListener('end', () => { source.close(); refresh() })
}
