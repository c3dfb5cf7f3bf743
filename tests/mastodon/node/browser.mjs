// The browser in which somebody signs in and agrees, without JavaScript of the pages: it reads forms, and keeps cookies.

import assert from "node:assert/strict";

const LETTERS = { amp: "&", lt: "<", gt: ">", quot: '"', "#34": '"', "#39": "'" };

const plain = (text) => text.replace(/&(#?\w+);/g, (whole, name) => LETTERS[name] ?? whole);

const attribute = (tag, name) => plain(tag.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1] ?? "");

class Browser {
  #cookies = new Map();

  constructor(url) {
    this.url = url;
  }

  /** The page at an address, after the redirects that lead to it; those that leave the server are not followed. */
  async open(path, form) {
    const body = form && new URLSearchParams(form);
    const headers = { cookie: [...this.#cookies].map((one) => one.join("=")).join("; ") };
    const options = { method: body ? "POST" : "GET", headers, body, redirect: "manual" };
    const answer = await fetch(new URL(path, this.url), options);
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/);
      this.#cookies.set(name, value);
    }
    const onward = answer.headers.get("location");
    if (onward) return onward.startsWith("/") ? this.open(onward) : onward;
    assert.equal(answer.status, 200, `${path}: ${answer.status}`);
    return answer.text();
  }

  /** Fill in the only form of a page, and press its button. */
  submit(page, filled = {}) {
    const [form] = page.match(/<form(?![^>]*\bhidden\b)[^>]*>.*?<\/form>/gs);
    const fields = {};
    for (const input of form.match(/<input[^>]*>/g)) {
      if (attribute(input, "name")) fields[attribute(input, "name")] = attribute(input, "value");
    }
    return this.open(attribute(form, "action"), { ...fields, ...filled });
  }
}

/** Opens what a program asks, signs in, and agrees: where the person is sent then. */
export async function agree(address, login, password) {
  const browser = new Browser(address);
  const consent = await browser.submit(await browser.open(address), { login, password });
  return new URL(await browser.submit(consent));
}
