// A client as people run them in a browser, on another origin than the server: it has nothing but the API.

const scope = "read write follow";
const redirect_uri = location.origin + location.pathname;
const at = (id) => document.querySelector(id);
const kept = JSON.parse(sessionStorage.kept ?? "{}");

function keep(more) {
  sessionStorage.kept = JSON.stringify(Object.assign(kept, more));
}

function packed(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function ask(method, path, body, headers = {}) {
  if (kept.token) headers.authorization = `Bearer ${kept.token}`;
  if (body && !(body instanceof FormData)) {
    headers["content-type"] = "application/json";
    body = JSON.stringify(body);
  }
  const answer = await fetch(new URL(path, kept.server), { method, headers, body });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
  if (path.startsWith("/api/") && !answer.headers.get("x-ratelimit-remaining")) throw new Error("no limits told");
  return { said: await answer.json(), status: answer.status, link: answer.headers.get("link") ?? "" };
}

// Somebody names a server: the program registers there, and sends them to it.
async function arrive(server) {
  keep({ server });
  const { said: instance } = await ask("GET", "/api/v2/instance");
  const { said: metadata } = await ask("GET", "/.well-known/oauth-authorization-server");
  const client = { client_name: "A client in a browser", redirect_uris: [redirect_uri], scopes: scope };
  const { said: app } = await ask("POST", "/api/v1/apps", client);
  const verifier = packed(crypto.getRandomValues(new Uint8Array(32)));
  const state = packed(crypto.getRandomValues(new Uint8Array(16)));
  keep({ title: instance.title, streaming: instance.configuration.urls.streaming, metadata, app, verifier, state });
  const challenge = packed(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  const asked = { client_id: app.client_id, redirect_uri, response_type: "code", scope, state };
  const proof = { code_challenge: challenge, code_challenge_method: "S256" };
  location.assign(`${metadata.authorization_endpoint}?${new URLSearchParams({ ...asked, ...proof })}`);
}

// They come back with a code, which is good only together with the verifier.
async function exchange(query) {
  history.replaceState(null, "", redirect_uri);
  if (query.get("state") !== kept.state) throw new Error("this is not the answer to our question");
  const form = new FormData();
  const given = { grant_type: "authorization_code", client_id: kept.app.client_id, code: query.get("code"), redirect_uri };
  for (const [name, value] of Object.entries({ ...given, code_verifier: kept.verifier })) form.set(name, value);
  const { said } = await ask("POST", kept.metadata.token_endpoint, form);
  keep({ token: said.access_token });
}

/** In the place of what was there of it, else where the caller wants it. */
function show(status, place) {
  const before = at(`[data-id="${status.id}"]`);
  const item = document.createElement("li");
  item.dataset.id = status.id;
  const shown = status.reblog ?? status;
  const words = document.createElement("div");
  words.innerHTML = shown.content;
  const face = Object.assign(document.createElement("img"), { src: shown.account.avatar, alt: "" });
  const pictures = shown.media_attachments.map(({ preview_url, description }) =>
    Object.assign(document.createElement("img"), { src: preview_url, alt: description }),
  );
  const like = Object.assign(document.createElement("button"), { textContent: shown.favourited ? "Liked" : "Like" });
  like.onclick = async () => show((await ask("POST", `/api/v1/statuses/${shown.id}/favourite`)).said);
  item.append(face, shown.account.display_name, words, ...pictures, like);
  if (before) before.replaceWith(item);
  else place?.(item);
}

async function read(address) {
  const { said, link } = await ask("GET", address);
  for (const status of said) show(status, (item) => at("ol").append(item));
  const onward = link.match(/<([^>]+)>; rel="next"/)?.[1];
  at("#older").disabled = !onward;
  at("#older").onclick = () => read(onward);
}

function listen() {
  // The token is offered as a protocol, as Mastodon's own pages do: it is in no address, and has to come back.
  const socket = new WebSocket(`${kept.streaming}/api/v1/streaming/?stream=user`, kept.token);
  socket.onopen = () => (at("#state").value = "connected");
  socket.onclose = ({ code }) => (at("#state").value = `closed ${code}`);
  socket.onmessage = ({ data }) => {
    const { event, payload } = JSON.parse(data);
    if (event === "update") show(JSON.parse(payload), (item) => at("ol").prepend(item));
    if (event === "status.update") show(JSON.parse(payload));
    if (event === "delete") at(`[data-id="${payload}"]`)?.remove();
    if (event === "notification") at("#state").value = `${JSON.parse(payload).type} by ${JSON.parse(payload).account.acct}`;
  };
}

async function upload(file, description) {
  const form = new FormData();
  form.set("file", file);
  form.set("description", description);
  let { said, status } = await ask("POST", "/api/v2/media", form);
  while (status !== 200) ({ said, status } = await ask("GET", `/api/v1/media/${said.id}`));
  return said.id;
}

async function say(form) {
  const { text, picture, description } = form.elements;
  const media_ids = await Promise.all([...picture.files].map((file) => upload(file, description.value)));
  await ask("POST", "/api/v1/statuses", { status: text.value, media_ids }, { "idempotency-key": crypto.randomUUID() });
  form.reset();
}

async function leave() {
  const { client_id, client_secret } = kept.app;
  await ask("POST", kept.metadata.revocation_endpoint, { client_id, client_secret, token: kept.token });
  keep({ token: undefined });
}

async function enter() {
  const { said: me } = await ask("GET", "/api/v1/accounts/verify_credentials");
  at("#arrive").hidden = true;
  at("main").hidden = false;
  at("h1").textContent = `${me.display_name} at ${kept.title}`;
  await read("/api/v1/timelines/home?limit=2");
  listen();
}

at("#arrive").onsubmit = (event) => {
  event.preventDefault();
  arrive(event.target.elements.server.value);
};
at("#say").onsubmit = (event) => {
  event.preventDefault();
  say(event.target);
};
at("#leave").onclick = leave;

const query = new URLSearchParams(location.search);
if (query.has("code")) await exchange(query);
if (query.has("error")) at("#arrive").append(query.get("error"));
if (kept.token) await enter();
