// Anna and Ines talk, each with an app of her own that is written with masto.js: `node conversation.mjs URL PASSWORD PICTURE`.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createOAuthAPIClient, createRestAPIClient, createStreamingAPIClient } from "masto";
import { agree } from "./browser.mjs";

const [url, password, file] = process.argv.slice(2);
const redirectUri = "https://app.example/back";
const scope = "read write follow push";
const PATIENCE = 20_000;

const ids = (several) => several.map((one) => one.id);

async function refused(promise, status) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.statusCode, status, String(error));
    return true;
  });
}

/** Somebody's app: registered, agreed to, and connected to the streams. */
async function signIn(handle) {
  const visitor = createRestAPIClient({ url });
  const instance = await visitor.v2.instance.fetch();
  const app = await visitor.v1.apps.create({ clientName: `Elch of ${handle}`, redirectUris: redirectUri, scopes: scope });
  const asked = { client_id: app.clientId, redirect_uri: redirectUri, response_type: "code", scope, state: handle };
  const back = await agree(`${url}/oauth/authorize?${new URLSearchParams(asked)}`, `${handle}@example.org`, password);
  assert.equal(back.origin + back.pathname, redirectUri);
  assert.equal(back.searchParams.get("state"), handle);
  const oauth = createOAuthAPIClient({ url });
  const { clientId, clientSecret } = app;
  const code = back.searchParams.get("code");
  const token = await oauth.token.create({ grantType: "authorization_code", clientId, clientSecret, redirectUri, code, scope });
  assert.equal(token.scope, scope);
  const accessToken = token.accessToken;
  const api = createRestAPIClient({ url, accessToken });
  const streaming = createStreamingAPIClient({ streamingApiUrl: instance.configuration.urls.streaming, accessToken });
  const signOut = async () => {
    streaming.close();
    await oauth.revoke({ clientId, clientSecret, token: accessToken });
  };
  return { api, streaming, signOut, me: await api.v1.accounts.verifyCredentials() };
}

/** Listens to what concerns somebody. The answer waits for the next event of a kind; what came before it is passed over. */
async function listen({ api, streaming }) {
  const events = streaming.user.subscribe()[Symbol.asyncIterator]();
  const hear = async (kind) => {
    const waiting = setTimeout(() => assert.fail(`no ${kind} came`), PATIENCE);
    for (;;) {
      const { value } = await events.next();
      if (value.event !== kind) continue;
      clearTimeout(waiting);
      return value.payload;
    }
  };
  // Nobody is told that a subscription holds, so something is done until it is heard.
  const begun = hear("filters_changed");
  let heard = false;
  begun.then(() => (heard = true));
  while (!heard) {
    const filter = await api.v2.filters.create({ title: "Regen", context: ["home"], keywordsAttributes: [{ keyword: "Regen" }] });
    await api.v2.filters.$select(filter.id).remove();
    await Promise.race([begun, new Promise((resolve) => setTimeout(resolve, 100))]);
  }
  return hear;
}

const anna = await signIn("anna");
const ines = await signIn("ines");
const [hearAnna, hearInes] = [await listen(anna), await listen(ines)];
const status = (one, id) => one.api.v1.statuses.$select(id);

// They find and follow each other.
const { accounts } = await ines.api.v2.search.list({ q: "anna", type: "accounts" });
assert.deepEqual(ids(accounts), [anna.me.id]);
assert.ok((await ines.api.v1.accounts.$select(anna.me.id).follow()).following);
const followed = await hearAnna("notification");
assert.deepEqual([followed.type, followed.account.acct], ["follow", "ines"]);
assert.ok((await anna.api.v1.accounts.$select(followed.account.id).follow()).followedBy);
assert.equal((await hearInes("notification")).type, "follow");
const [relation] = await anna.api.v1.accounts.relationships.fetch({ id: [ines.me.id] });
assert.ok(relation.following && relation.followedBy);

// Anna says something with a picture; Ines sees it come, answers, likes it and passes it on.
const picture = await anna.api.v2.media.create({ file: new Blob([await readFile(file)], { type: "image/png" }), description: "Rot" });
const said = await anna.api.v1.statuses.create({ status: "Wer kommt zum #Markt?", mediaIds: [picture.id], language: "de" });
const update = await hearInes("update");
assert.deepEqual([update.id, update.mediaAttachments[0].description], [said.id, "Rot"]);
const reply = await ines.api.v1.statuses.create({ status: "@anna Ich!", inReplyToId: said.id });
const mention = await hearAnna("notification");
assert.deepEqual([mention.type, mention.status.id], ["mention", reply.id]);
assert.ok((await status(ines, said.id).favourite()).favourited);
assert.equal((await hearAnna("notification")).type, "favourite");
const boost = await status(ines, said.id).reblog();
assert.equal(boost.reblog.id, said.id);
const boosted = await hearAnna("notification");
assert.deepEqual([boosted.type, boosted.status.id], ["reblog", said.id]);

// The thread, and what is in the timelines.
const thread = await status(anna, said.id).context.fetch();
assert.deepEqual([ids(thread.ancestors), ids(thread.descendants)], [[], [reply.id]]);
assert.deepEqual(ids((await status(anna, reply.id).context.fetch()).ancestors), [said.id]);
const counted = await status(anna, said.id).fetch();
assert.deepEqual([counted.repliesCount, counted.favouritesCount, counted.reblogsCount], [1, 1, 1]);
assert.deepEqual(ids(await ines.api.v1.timelines.tag.$select("markt").list()), [said.id]);
assert.ok(ids(await ines.api.v1.timelines.home.list()).includes(said.id));
const pages = [];
for await (const page of ines.api.v1.timelines.home.list({ limit: 1 })) pages.push(...ids(page));
assert.deepEqual(pages, ids(await ines.api.v1.timelines.home.list({ limit: 40 })));
assert.ok(pages.length > 1);

// What happened to Anna, one by one and together.
const kinds = (await anna.api.v1.notifications.list()).map((one) => one.type);
assert.deepEqual(kinds, ["reblog", "favourite", "mention", "follow"]);
const grouped = await anna.api.v2.notifications.list();
assert.equal(grouped.notificationGroups.length, kinds.length);
const mentions = await anna.api.v1.notifications.list({ types: ["mention"] });
await anna.api.v1.notifications.$select(mentions[0].id).dismiss();
assert.deepEqual(await anna.api.v1.notifications.list({ types: ["mention"] }), []);

// Anna words it differently; Ines reads what it was and what it is.
const edited = await status(anna, said.id).update({ status: "Wer kommt zum Flohmarkt?", mediaIds: [picture.id] });
assert.ok(edited.editedAt);
const changed = await hearInes("status.update");
assert.equal(changed.id, said.id);
assert.match(changed.content, /Flohmarkt/);
// Whoever has shared something learns that it says something else now.
const rewritten = await hearInes("notification");
assert.deepEqual([rewritten.type, rewritten.status.id], ["update", said.id]);
assert.equal((await status(ines, said.id).history.list()).length, 2);

// Between the two of them alone.
const secret = await anna.api.v1.statuses.create({ status: "@ines nur wir", visibility: "direct" });
assert.equal((await hearInes("notification")).status.id, secret.id);
assert.deepEqual((await ines.api.v1.conversations.list()).map((one) => one.lastStatus.id), [secret.id]);
await refused(createRestAPIClient({ url }).v1.statuses.$select(secret.id).fetch(), 404);

// Ines takes her answer back, and both sign out.
await status(ines, reply.id).remove();
assert.equal(await hearAnna("delete"), reply.id);
await refused(status(anna, reply.id).fetch(), 404);
await anna.signOut();
await refused(anna.api.v1.accounts.verifyCredentials(), 401);
await ines.signOut();
console.log("They have talked.");
process.exit();
