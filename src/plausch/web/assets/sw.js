// The service worker: the shell of the pages, a page for when there is no network, and push notifications.
// The server puts `shell` (addresses) and `version` before this. No page of anybody is ever kept here.
"use strict";
const OFFLINE = "/offline";
const name = `shell-${version}`;

addEventListener("install", (event) => {
  const fill = async () => (await caches.open(name)).addAll([OFFLINE, ...shell]);
  event.waitUntil(fill().then(() => skipWaiting()));
});
addEventListener("activate", (event) => {
  const tidy = async () => {
    const former = (await caches.keys()).filter((one) => one !== name);
    await Promise.all(former.map((one) => caches.delete(one)));
    await registration.navigationPreload?.enable();
  };
  event.waitUntil(tidy());
});

const page = async (event) => {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
};
const asset = async (request) => {
  const kept = await caches.match(request);
  if (kept) return kept;
  try {
    return await fetch(request);
  } catch {
    // The page for offline names its style without a version.
    return (await caches.match(request, { ignoreSearch: true })) ?? Response.error();
  }
};
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(asset(request));
});

addEventListener("push", (event) => {
  const notice = event.data?.json();
  if (!notice) return;
  const { title, path, tag } = notice;
  event.waitUntil(registration.showNotification(title, { tag, icon, badge: icon, data: { path } }));
});
addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.path ?? "/", location.origin);
  if (url.origin !== location.origin) return;
  const open = async () => {
    const windows = await clients.matchAll({ type: "window" });
    const there = windows.find((one) => one.visibilityState === "visible");
    // A window that this worker does not control cannot be led anywhere.
    if (there) return there.focus().then((one) => one.navigate(url)).catch(() => clients.openWindow(url));
    return clients.openWindow(url);
  };
  event.waitUntil(open());
});
