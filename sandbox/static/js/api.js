// The machine API as the page uses it. Trouble comes as an Error with a sentence for the person.

async function call(method, path, body) {
  const answer = await fetch(`/sandbox/api${path}`, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error ?? "沙盒没有回应");
  return told;
}

export const look = (path) => call("GET", path);
export const post = (path, body = {}) => call("POST", path, body);
export const patch = (path, body) => call("PATCH", path, body);
export const remove = (path) => call("DELETE", path);
export const act = (phone, deed, wish = {}) => post(`/phones/${phone}/${deed}`, wish);

export function listen(changed, state) {
  const stream = new EventSource("/sandbox/api/stream");
  stream.onopen = () => state(true);
  stream.onerror = () => state(false);
  stream.onmessage = (event) => changed(JSON.parse(event.data));
}
