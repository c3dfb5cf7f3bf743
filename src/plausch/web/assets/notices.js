// The page of notification settings: push messages for this browser, and installing.
"use strict";
(() => {
  const here = document.querySelector("#push-here");
  const able = here && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const complain = (words) => { here.querySelector(".wrong").textContent = words; };
  const send = async (subscription) => {
    const body = new URLSearchParams({ endpoint: subscription.endpoint });
    for (const name of ["p256dh", "auth"]) body.set(name, text(subscription.getKey(name)));
    const answer = await fetch("/push", { method: "POST", body });
    if (!answer.ok) throw new Error(answer.status);
    location.assign("/settings/notifications?saved=1");
  };
  const subscribe = async () => {
    complain("");
    if ((await Notification.requestPermission()) !== "granted") return complain(here.dataset.refused);
    try {
      const worker = await navigator.serviceWorker.ready;
      const former = await worker.pushManager.getSubscription();
      // It may be bound to another key, or to somebody else who has used this browser.
      await former?.unsubscribe();
      await send(await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(here.dataset.key) }));
    } catch {
      complain(here.dataset.failed);
    }
  };
  if (able) {
    here.hidden = false;
    here.querySelector("button").addEventListener("click", subscribe);
  }
  // The browser offers to install the place once, early; the offer waits here until somebody looks for it.
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    const part = document.querySelector("#install");
    part.hidden = false;
    part.querySelector("[data-install]").addEventListener("click", () => event.prompt(), { once: true });
  });
})();
