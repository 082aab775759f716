// Follows the state of a request. Without it, the page has a link that does the same.
(() => {
  const status = document.querySelector("[data-events]");
  if (!status || !window.EventSource) return;
  const source = new EventSource(status.dataset.events);
  let last;
  source.addEventListener("state", (event) => {
    const text = status.dataset[event.data];
    // An answer that was lost while it was checked: the page has its ways to answer again.
    const again = last === "judging" && event.data === "opened";
    last = event.data;
    if (text === undefined || again) {
      source.close();
      location.reload();
    } else if (status.textContent !== text) {
      status.textContent = text;
    }
  });
})();

// The browser's own way to a wallet, where it has one. Without it, the page has the other ways.
(async () => {
  const way = document.querySelector("[data-digital]");
  if (!way || !window.DigitalCredential || !navigator.credentials) return;
  const path = way.dataset.digital;
  const offered = await fetch(path).then((answer) => (answer.ok ? answer.json() : { requests: [] })).catch(() => ({ requests: [] }));
  const knows = (request) => DigitalCredential.userAgentAllowsProtocol?.(request.protocol) ?? true;
  const requests = offered.requests.filter(knows);
  if (requests.length === 0) return;
  const said = way.querySelector("[role=status]");
  way.querySelector("button").addEventListener("click", async () => {
    said.textContent = "";
    let given;
    try {
      given = await navigator.credentials.get({ mediation: "required", digital: { requests } });
    } catch {
      said.textContent = way.dataset.none;
      return;
    }
    const body = JSON.stringify({ protocol: given.protocol, data: given.data });
    const sent = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body }).catch(() => undefined);
    if (sent?.ok) location.reload();
    else said.textContent = way.dataset.failed;
  });
  way.hidden = false;
})();
