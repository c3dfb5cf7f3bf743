// Passkeys: made on the page of security, used on the sign-in page. The forms are ours; the browser fills one field.
"use strict";
(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  // What the server sends and wants is JSON (Web Authentication, level 3); older browsers know only bytes.
  const read = (options) => ({
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.allowCredentials && { allowCredentials: known(options.allowCredentials) }),
    ...(options.excludeCredentials && { excludeCredentials: known(options.excludeCredentials) }),
  });
  const write = ({ id, type, rawId, response, authenticatorAttachment }) => {
    const found = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (response[name]) found[name] = text(response[name]);
    }
    return JSON.stringify({ id, type, rawId: text(rawId), response: found, authenticatorAttachment, clientExtensionResults: {} });
  };
  const ask = async (form) => {
    const answer = await fetch(form.dataset.options, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).wrong ?? "");
    return read(await answer.json());
  };
  const send = (form, credential) => {
    form.elements.credential.value = write(credential);
    form.submit();
  };
  const watch = (form, work) => {
    const wrong = form.querySelector("[role=alert]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      wrong.textContent = "";
      try {
        send(form, await work());
      } catch (error) {
        // What the browser itself says is in words for programmers.
        wrong.textContent = (error.constructor === Error && error.message) || wrong.dataset.failed;
      }
    });
  };

  const adding = document.querySelector("#new-passkey");
  if (adding) {
    document.querySelector("#no-passkeys").hidden = true;
    watch(adding, async () => navigator.credentials.create({ publicKey: await ask(adding) }));
  }

  const using = document.querySelector("#passkey");
  if (using) {
    const waiting = new AbortController();
    watch(using, async () => {
      waiting.abort();
      return navigator.credentials.get({ publicKey: await ask(using) });
    });
    // Where the browser can, it offers passkeys in the field of the name.
    const offer = async () => {
      if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
      const publicKey = await ask(using);
      if (waiting.signal.aborted) return;
      send(using, await navigator.credentials.get({ publicKey, mediation: "conditional", signal: waiting.signal }));
    };
    offer().catch(() => { /* nobody has asked for it, so nothing has failed */ });
  }
})();
