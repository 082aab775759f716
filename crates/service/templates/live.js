// Follows the state of a request. Without it, the page has a link that does the same.
(() => {
  const status = document.querySelector("[data-events]");
  if (!status || !window.EventSource) return;
  const source = new EventSource(status.dataset.events);
  source.addEventListener("state", (event) => {
    const text = status.dataset[event.data];
    if (text === undefined) {
      source.close();
      location.reload();
    } else if (status.textContent !== text) {
      status.textContent = text;
    }
  });
})();
