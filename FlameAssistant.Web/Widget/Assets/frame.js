/* Flame Assistant: the chat itself. What is written is kept until the product has it, and goes again by the same name. */
(function () {
  "use strict";

  const config = JSON.parse(document.getElementById("config").textContent);
  const look = config.look;
  const isFramed = window.parent !== window;
  const maxText = 4096;
  const silence = 40000;
  const reading = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";

  // ------------------------------------------------------------------ words

  const t = (key, ...values) =>
    (config.texts[key] ?? key).replace(/\{(\d)\}/g, (_, i) => String(values[i]));
  const clock = new Intl.DateTimeFormat(safeLocale(), { hour: "numeric", minute: "2-digit" });
  const day = new Intl.DateTimeFormat(safeLocale(), { weekday: "long", day: "numeric", month: "long" });
  const soon = new Intl.DateTimeFormat(safeLocale(), { weekday: "long", hour: "numeric", minute: "2-digit" });

  function safeLocale() {
    try {
      return Intl.getCanonicalLocales(config.locale)[0];
    } catch {
      return config.language;
    }
  }

  // ------------------------------------------------------------------ what this browser keeps

  const prefix = "flame:" + config.key + ":";
  const memory = new Map();
  const own = ownStorage();

  /** Private windows and some browsers give a frame no storage of its own; then the site's page keeps it for us. */
  function ownStorage() {
    try {
      localStorage.setItem(prefix + "probe", "1");
      localStorage.removeItem(prefix + "probe");
      return localStorage;
    } catch {
      return null;
    }
  }

  const keep = {
    get(name) {
      if (!own) return memory.get(name) ?? null;
      try {
        return JSON.parse(own.getItem(prefix + name));
      } catch {
        return null;
      }
    },
    set(name, value) {
      memory.set(name, value);
      if (!own) return tellHost({ type: "keep", name, value: JSON.stringify(value) });
      try {
        own.setItem(prefix + name, JSON.stringify(value));
      } catch {
        // Full: it lives as long as this page.
      }
    },
    remove(name) {
      memory.delete(name);
      if (own) own.removeItem(prefix + name);
      else tellHost({ type: "keep", name, value: null });
    },
    names(start) {
      const names = own ? Object.keys(own).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)) : [...memory.keys()];
      return names.filter((name) => name.startsWith(start));
    },
    take(kept) {
      for (const [name, value] of Object.entries(kept ?? {})) {
        try {
          memory.set(name, JSON.parse(value));
        } catch {
          // Somebody else's.
        }
      }
    },
  };

  // ------------------------------------------------------------------ state

  let session = null;
  let opening = null;
  let identity = {};
  let page = { url: location.href, title: document.title, referrer: document.referrer };
  let isShown = !isFramed;
  let isConnected = true;
  let isLoaded = false;
  let hasEarlier = false;
  let rev = 0;
  let state = { conversation_id: null, status: null, can_rate: false, read_seq: 0, agent: null, working_hours: look.working_hours };
  let hostOrigin = null;
  let told = { delivered: 0, read: 0 };
  let typingUntil = 0;
  let typingTold = 0;
  let rated = false;
  let files = [];
  const messages = new Map();
  const outbox = [];

  // ------------------------------------------------------------------ parts of the page

  function el(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes ?? {})) {
      if (value === undefined || value === null || value === false) continue;
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (key === "class") element.className = value;
      else element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  function icon(...paths) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    for (const path of paths) {
      const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
      line.setAttribute("d", path);
      svg.append(line);
    }
    return svg;
  }

  const icons = {
    close: ["M18 6 6 18", "m6 6 12 12"],
    send: ["M14.5 21.7a.5.5 0 0 0 .9 0l6.5-19a.5.5 0 0 0-.6-.6l-19 6.5a.5.5 0 0 0 0 .9l7.9 3.2a2 2 0 0 1 1.1 1.1z", "m21.9 2.1-10.9 10.9"],
    clip: ["m16 6-8.4 8.6a2 2 0 0 0 2.8 2.8l8.4-8.5a4 4 0 1 0-5.6-5.7l-8.4 8.6a6 6 0 1 0 8.5 8.5l8.4-8.5"],
    file: ["M15 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V7Z", "M14 2v4a2 2 0 0 0 2 2h4"],
  };

  const face = el("span", { class: "face", "aria-hidden": "true" });
  const title = el("h1", { dir: "auto" }, look.title);
  const subtitle = el("p", { class: "sub" });
  const closer = el("button", { type: "button", class: "tool on-head", "aria-label": t("Close"), onclick: close }, icon(...icons.close));
  const head = el("header", {}, face, el("div", { class: "names" }, title, subtitle), isFramed ? closer : null);

  const lost = el("p", { class: "lost", role: "status", "data-testid": "lost" });
  const earlier = el("button", { type: "button", class: "earlier", onclick: showEarlier, hidden: true }, t("Earlier"));
  const greeting = el("div", { class: "row in-theirs" }, el("p", { class: "bubble", dir: "auto", "data-testid": "greeting" }, look.greeting));
  const list = el("div", { class: "list", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": t("Messages") });
  const progress = el("p", { class: "progress", "data-testid": "progress" });
  const typing = el("p", { class: "typing", role: "status", "data-testid": "typing" });
  const after = el("div", { class: "after" });
  const talk = el("main", { class: "talk", tabindex: "0", "aria-label": t("Messages") }, earlier, greeting, list, progress, typing, after);

  const problem = el("p", { class: "problem", role: "alert", "data-testid": "problem" });
  const chips = el("div", { class: "chips" });
  const picker = el("input", { type: "file", multiple: true, class: "hidden", tabindex: "-1", "aria-hidden": "true", "data-testid": "picker", onchange: picked });
  const input = el("textarea", { rows: "1", maxlength: String(maxText), dir: "auto", "aria-label": t("Message"), placeholder: t("Placeholder"), "data-testid": "write", oninput: typed, onkeydown: pressed, onpaste: pasted });
  const attach = el("button", { type: "button", class: "tool", "aria-label": t("Attach"), onclick: () => picker.click() }, icon(...icons.clip));
  const sender = el("button", { type: "submit", class: "send", "aria-label": t("Send"), "data-testid": "send" }, icon(...icons.send));
  const composer = el("form", { class: "composer", onsubmit: submitted }, attach, input, sender, picker);
  const foot = el("footer", {}, problem, chips, composer);
  const viewer = el("dialog", { class: "viewer", onclick: () => viewer.close() });

  document.documentElement.style.setProperty("--accent", look.color);
  document.documentElement.style.setProperty("--ink", config.ink);
  document.getElementById("app").replaceWith(head, lost, talk, foot, viewer);
  document.body.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && !viewer.open) close();
  });
  talk.addEventListener("dragover", (e) => e.preventDefault());
  talk.addEventListener("drop", (e) => {
    e.preventDefault();
    addFiles(e.dataTransfer.files);
  });

  // ------------------------------------------------------------------ calls

  class Refused extends Error {
    constructor(status, code, after) {
      super(code ?? String(status));
      this.status = status;
      this.code = code;
      this.after = after;
    }
  }

  async function call(method, path, body, options = {}) {
    const waits = new AbortController();
    const timer = setTimeout(() => waits.abort(), options.timeout ?? 20000);
    try {
      const isForm = body instanceof FormData;
      const answer = await fetch(path, {
        method,
        signal: waits.signal,
        credentials: "omit",
        headers: {
          ...(options.open ? {} : { Authorization: "Bearer " + session.visitor_token }),
          ...(body && !isForm ? { "Content-Type": "application/json" } : {}),
        },
        body: isForm ? body : body ? JSON.stringify(body) : undefined,
      });
      if (answer.ok) {
        return options.raw ? answer : answer.status === 204 ? null : await answer.json();
      }
      const said = await answer.json().catch(() => ({}));
      if (answer.status === 401 && !options.open && !options.again) {
        await renew();
        return await call(method, path, body, { ...options, again: true });
      }
      throw new Refused(answer.status, said.code, Number(answer.headers.get("Retry-After") ?? 5));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Two tabs that begin at the same moment must become one visitor. */
  function alone(work) {
    // Where a frame has no storage it has no locks either.
    return own && navigator.locks ? navigator.locks.request(prefix + "session", work) : work();
  }

  function newId() {
    // A page without https has no randomUUID.
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function begin(profile) {
    opening ??= alone(() => openSession(profile)).finally(() => (opening = null));
    return opening;
  }

  async function openSession(profile) {
    const body = {
      widget_key: config.key,
      visitor_token: keep.get("token"),
      locale: config.locale,
      page,
      profile: profile ?? (identity.name || identity.email ? { name: identity.name, email: identity.email } : null),
    };
    let opened;
    try {
      opened = await call("POST", "/widget/sessions", { ...body, identity_jwt: identity.identity_jwt, user_id: identity.user_id, user_hash: identity.user_hash }, { open: true });
    } catch (error) {
      if (!(error instanceof Refused && error.code?.startsWith("identity."))) throw error;
      console.warn("Flame Assistant: the visitor's identity was refused (" + error.code + "); the chat goes on without it.");
      identity = {};
      opened = await call("POST", "/widget/sessions", { ...body, profile: profile ?? null }, { open: true });
    }
    const isOther = session && session.visitor_id !== opened.visitor_id;
    session = opened;
    keep.set("token", opened.visitor_token);
    tellHost({ type: "session", known: true });
    state = { ...state, working_hours: opened.config.working_hours };
    if (isOther) forget();
    return opened;
  }

  async function renew() {
    await begin();
    await load();
  }

  function forget() {
    messages.clear();
    list.replaceChildren();
    (rev = 0), (told = { delivered: 0, read: 0 }), (hasEarlier = false), (isLoaded = false);
    state = { ...state, conversation_id: null, status: null, can_rate: false, read_seq: 0, agent: null };
  }

  // ------------------------------------------------------------------ loading and hearing

  async function load() {
    const answer = await call("GET", "/widget/messages");
    messages.clear();
    take(answer);
    rev = answer.rev;
    hasEarlier = answer.has_more;
    isLoaded = true;
    draw();
    toEnd();
  }

  async function showEarlier() {
    const first = sorted()[0];
    if (!first) return;
    const height = talk.scrollHeight;
    try {
      const answer = await call("GET", "/widget/messages?before=" + first.seq);
      take({ ...answer, state });
      hasEarlier = answer.has_more;
      draw();
      talk.scrollTop += talk.scrollHeight - height;
    } catch {
      // The button is still there.
    }
  }

  function take(answer) {
    for (const message of answer.messages) put(message);
    state = answer.state;
  }

  function put(message) {
    messages.set(message.id, message);
    rev = Math.max(rev, message.rev);
    if (message.client_id) settle(message.client_id);
    if (message.direction === "out") typingUntil = 0;
  }

  function settle(clientId) {
    const at = outbox.findIndex((item) => item.client_id === clientId);
    if (at >= 0) outbox.splice(at, 1);
    keep.remove("out:" + clientId);
  }

  let hearing = null;
  let attempt = 0;
  let again = 0;

  /** One stream at a time; after a break another one, sooner or later. */
  async function hear() {
    if (hearing || !session) return;
    const stop = new AbortController();
    hearing = stop;
    let lastHeard = Date.now();
    const watch = setInterval(() => {
      if (Date.now() - lastHeard > silence) stop.abort();
    }, 5000);
    try {
      const ticket = session.stream_ticket ?? (await call("POST", "/widget/tickets")).ticket;
      session.stream_ticket = null;
      const answer = await fetch("/widget/stream?ticket=" + encodeURIComponent(ticket) + "&after=" + rev, {
        signal: stop.signal,
        credentials: "omit",
        headers: { Accept: "text/event-stream" },
      });
      if (!answer.ok) throw new Refused(answer.status);
      connected(true);
      attempt = 0;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        lastHeard = Date.now();
        text += value;
        const parts = text.split("\n\n");
        text = parts.pop();
        for (const part of parts) heard(part);
      }
    } catch {
      // Whatever it was, the next one asks from where this one was.
    } finally {
      clearInterval(watch);
      if (hearing === stop) hearing = null;
    }
    if (!session) return;
    connected(navigator.onLine !== false && attempt === 0);
    attempt++;
    // Not all of a node's pages at the same moment when it comes back.
    clearTimeout(again);
    again = setTimeout(hear, Math.min(15000, 500 * 2 ** Math.min(attempt, 6)) * (0.5 + Math.random() / 2));
  }

  function heard(part) {
    const event = { event: "message", data: "" };
    for (const line of part.split("\n")) {
      const at = line.indexOf(": ");
      if (at > 0) event[line.slice(0, at)] = line.slice(at + 2);
    }
    if (!event.data) return;
    const data = JSON.parse(event.data);
    if (event.event.startsWith("message.")) {
      const isAtEnd = nearEnd();
      put(data);
      draw();
      if (isAtEnd) toEnd();
      acknowledge();
    } else if (event.event === "conversation") {
      const isOther = state.conversation_id && data.conversation_id !== state.conversation_id;
      if (data.status === "open") rated = false;
      state = data;
      if (isOther) load().catch(() => {});
      draw();
    } else if (event.event === "typing") {
      const isAtEnd = nearEnd();
      typingUntil = Date.now() + 6000;
      drawTyping();
      if (isAtEnd) toEnd();
      setTimeout(drawTyping, 6100);
    } else if (event.event === "reset") load().catch(() => {});
    else if (event.event === "ended") {
      session = null;
      start().catch(() => {});
    }
  }

  function connected(is) {
    isConnected = is;
    lost.textContent = is ? "" : t("Offline");
    if (is) flush();
    drawProgress();
  }

  window.addEventListener("online", () => {
    attempt = 0;
    clearTimeout(again);
    if (!session) start().catch(() => {});
    else hear();
    flush();
  });
  window.addEventListener("offline", () => {
    connected(false);
    hearing?.abort();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      if (session && !hearing) {
        clearTimeout(again);
        hear();
      }
      acknowledge();
    }
  });

  /** Agents see that it arrived, and that somebody looks at it. */
  async function acknowledge() {
    const theirs = sorted().filter((m) => m.direction === "out");
    const last = theirs.at(-1)?.seq ?? 0;
    const isSeen = isShown && document.visibilityState === "visible";
    tellHost({ type: "unread", count: isSeen ? 0 : theirs.filter((m) => m.seq > told.read).length });
    const kind = isSeen ? "read" : "delivered";
    if (last === 0 || told[kind] >= last) return;
    const before = told[kind];
    told[kind] = last;
    if (isSeen) keep.set("read", last);
    try {
      await call("POST", "/widget/read", { seq: last, state: kind });
    } catch {
      told[kind] = before;
    }
  }

  // ------------------------------------------------------------------ writing

  function typed() {
    problem.textContent = "";
    grow();
    keep.set("draft", input.value);
    if (input.value && state.conversation_id && isConnected && Date.now() - typingTold > 3000) {
      typingTold = Date.now();
      call("POST", "/widget/typing", { on: true }).catch(() => {});
    }
  }

  function grow() {
    input.style.height = "auto";
    input.style.height = Math.min(input.scrollHeight, 140) + "px";
  }

  function pressed(e) {
    if (e.key === "Enter" && !e.shiftKey && !e.isComposing) {
      e.preventDefault();
      composer.requestSubmit();
    }
  }

  function submitted(e) {
    e.preventDefault();
    // Half of a pair, as from a broken emoji, is no text that anybody could store.
    const text = input.value.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd").trim();
    const ready = files.filter((f) => f.id);
    if (files.some((f) => !f.id) || (!text && ready.length === 0)) return;
    const item = {
      client_id: newId(),
      text,
      attachments: ready.map((f) => ({ id: f.id, name: f.name, kind: f.kind, size: f.size, thumb: f.thumb })),
      at: new Date().toISOString(),
      failed: null,
    };
    outbox.push(item);
    keep.set("out:" + item.client_id, item);
    files = [];
    input.value = "";
    keep.remove("draft");
    grow();
    draw();
    toEnd();
    flush();
    input.focus();
  }

  let flushing = false;
  let later = 0;

  /** In the order of writing; what was not answered stays, and goes again by the same name. */
  async function flush() {
    if (flushing) return;
    flushing = true;
    clearTimeout(later);
    try {
      for (let item; (item = outbox.find((i) => !i.failed)); ) {
        if (!session) await begin();
        const sent = await call("POST", "/widget/messages", {
          client_id: item.client_id,
          text: item.text,
          attachments: item.attachments.map((a) => a.id),
        });
        // The stream may have been faster.
        if (!messages.has(sent.id)) {
          messages.set(sent.id, {
            id: sent.id,
            seq: sent.seq,
            rev: 0,
            direction: "in",
            client_id: item.client_id,
            text: item.text,
            attachments: item.attachments.map((a) => ({ ...a, content_type: "" })),
            created_at: sent.created_at,
          });
        }
        state = { ...state, conversation_id: sent.conversation_id, status: "open", can_rate: false };
        settle(item.client_id);
        problem.textContent = "";
        draw();
        if (!hearing) hear();
      }
    } catch (error) {
      const item = outbox.find((i) => !i.failed);
      if (error instanceof Refused && error.status === 429) {
        problem.textContent = t("Slow");
        later = setTimeout(flush, 1000 * error.after);
      } else if (error instanceof Refused && error.status < 500 && error.status !== 408 && item) {
        item.failed = error.code ?? "refused";
        keep.set("out:" + item.client_id, item);
        later = setTimeout(flush, 0);
      } else {
        if (!(error instanceof Refused)) lost.textContent = t("Offline");
        later = setTimeout(flush, 3000 + Math.random() * 2000);
      }
      draw();
    } finally {
      flushing = false;
    }
    if (!outbox.some((i) => !i.failed) && isConnected) lost.textContent = "";
  }

  // ------------------------------------------------------------------ files

  function picked() {
    addFiles(picker.files);
    picker.value = "";
  }

  function pasted(e) {
    if (e.clipboardData?.files.length) {
      e.preventDefault();
      addFiles(e.clipboardData.files);
    }
  }

  async function addFiles(chosen) {
    for (const file of chosen) {
      if (file.size > look.max_upload_bytes) {
        problem.textContent = t("FileTooLarge", file.name, Math.floor(look.max_upload_bytes / 1048576));
        continue;
      }
      const entry = { name: file.name, size: file.size };
      files.push(entry);
      drawChips();
      try {
        if (!session) await begin();
        const form = new FormData();
        form.append("file", file, file.name);
        Object.assign(entry, await call("POST", "/widget/files", form, { timeout: 300000 }));
      } catch (error) {
        files = files.filter((f) => f !== entry);
        problem.textContent =
          error.status === 415 ? t("FileRefused", file.name)
          : error.status === 413 ? t("FileTooLarge", file.name, Math.floor(look.max_upload_bytes / 1048576))
          : t("FileFailed", file.name);
      }
      drawChips();
    }
  }

  function drawChips() {
    chips.replaceChildren(
      ...files.map((file) =>
        el("span", { class: "chip", "data-testid": "chip" },
          el("span", { dir: "auto" }, file.id ? file.name : t("Uploading", file.name)),
          file.id
            ? el("button", { type: "button", class: "tool small", "aria-label": t("Remove", file.name), onclick: () => { files = files.filter((f) => f !== file); drawChips(); input.focus(); } }, icon(...icons.close))
            : null)));
    sender.disabled = files.some((f) => !f.id);
  }

  const pictures = new Map();

  /** Bytes come by the visitor's token, never by an address that somebody else could open. */
  function bytes(path) {
    if (!pictures.has(path)) {
      pictures.set(path, call("GET", path, null, { raw: true }).then((a) => a.blob()).then((b) => URL.createObjectURL(b)).catch((e) => { pictures.delete(path); throw e; }));
    }
    return pictures.get(path);
  }

  function fileView(file) {
    const path = "/widget/files/" + file.id;
    if (file.kind === "image") {
      const image = el("img", { alt: file.name, ...(file.width ? { width: file.width, height: file.height } : {}) });
      bytes(path + (file.thumb ? "?thumb=1" : "")).then((url) => (image.src = url), () => {});
      return el("button", { type: "button", class: "picture", "aria-label": t("Open.File", file.name), onclick: async () => {
        try {
          viewer.replaceChildren(el("img", { src: await bytes(path), alt: file.name }), el("button", { type: "button", class: "tool", "aria-label": t("Close"), autofocus: true }, icon(...icons.close)));
          viewer.showModal();
        } catch { /* It can be asked for again. */ }
      } }, image);
    }
    if (file.kind === "audio" || file.kind === "video") {
      const media = el(file.kind, { controls: true, "aria-label": file.name });
      bytes(path).then((url) => (media.src = url), () => {});
      return media;
    }
    return el("button", { type: "button", class: "file", "aria-label": t("Save.File", file.name), onclick: async () => {
      try {
        el("a", { href: await bytes(path), download: file.name }).click();
      } catch { /* It can be asked for again. */ }
    } }, icon(...icons.file), el("span", { dir: "auto" }, file.name));
  }

  // ------------------------------------------------------------------ drawing

  const sorted = () => [...messages.values()].sort((a, b) => a.seq - b.seq);
  const nearEnd = () => talk.scrollHeight - talk.scrollTop - talk.clientHeight < 80;
  const drawn = new Map();

  function toEnd() {
    talk.scrollTo({ top: talk.scrollHeight, behavior: isShown ? reading : "auto" });
  }

  function author(message) {
    return message.author?.name ?? (message.author?.type === "assistant" ? t("Assistant") : t("Team"));
  }

  function text(value) {
    const parts = value.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}'])/g);
    return parts.map((part, i) =>
      i % 2 ? el("a", { href: part, target: "_blank", rel: "noopener noreferrer nofollow" }, part) : part);
  }

  function photo(of, name) {
    const place = el("span", { class: "face", "aria-hidden": "true" }, [...(name || "?")][0].toUpperCase());
    if (of?.avatar) bytes(of.avatar).then((url) => place.replaceChildren(el("img", { src: url, alt: "" })), () => {});
    return place;
  }

  function bubble(message, isFirst) {
    const isMine = message.direction === "in";
    const quoted = message.quoted_id && messages.get(message.quoted_id);
    const body = message.deleted
      ? [el("em", {}, t("Deleted"))]
      : [
          quoted ? el("span", { class: "quote", dir: "auto" }, quoted.text || quoted.attachments?.[0]?.name || "") : null,
          ...(message.attachments ?? []).map(fileView),
          message.text ? el("span", { class: "words", dir: "auto" }, ...text(message.text)) : null,
        ];
    // What they wrote themselves is not read to them again.
    return el("div", { "aria-live": isMine ? "off" : null, class: "row " + (isMine ? "is-mine" : "in-theirs") + (isFirst ? " is-first" : ""), "data-testid": "message", "data-id": message.id },
      isMine ? null : isFirst ? photo(message.author, author(message)) : el("span", { class: "face is-empty", "aria-hidden": "true" }),
      el("div", { class: "bubble" + (message.deleted ? " is-gone" : "") },
        el("span", { class: isMine || !isFirst ? "hidden" : "who" }, isMine ? t("You") : author(message)),
        ...body,
        el("time", { datetime: message.created_at }, clock.format(new Date(message.created_at)) + (message.edited && !message.deleted ? " · " + t("Edited") : ""))));
  }

  function pendingBubble(item) {
    return el("div", { "aria-live": "off", class: "row is-mine is-pending", "data-testid": "pending" },
      el("div", { class: "bubble" },
        el("span", { class: "hidden" }, t("You")),
        ...item.attachments.map((a) => el("span", { class: "file" }, icon(...icons.file), el("span", { dir: "auto" }, a.name))),
        item.text ? el("span", { class: "words", dir: "auto" }, ...text(item.text)) : null,
        item.failed
          ? el("span", { class: "failed", role: "alert" }, t("Failed") + " ",
              el("button", { type: "button", onclick: () => { item.failed = null; keep.set("out:" + item.client_id, item); draw(); flush(); } }, t("Again")),
              el("button", { type: "button", onclick: () => { settle(item.client_id); draw(); input.focus(); } }, t("Discard")))
          : null));
  }

  /** Keeps the nodes that stay, so that a screen reader hears only what is new. */
  function draw() {
    const wanted = [];
    let before = null;
    let lastDay = null;
    for (const message of sorted()) {
      const at = new Date(message.created_at);
      const date = at.toDateString();
      if (date !== lastDay) {
        lastDay = date;
        wanted.push(["day:" + date, () => el("p", { class: "day" }, day.format(at))]);
        before = null;
      }
      const isFirst = !before || before.direction !== message.direction || before.author?.id !== message.author?.id;
      // The name of the browser, so that its own message keeps its node when the answer comes.
      const key = [message.id, isFirst, message.text, message.deleted, message.edited, message.author?.avatar, (message.attachments ?? []).length, message.quoted_id ? messages.has(message.quoted_id) : ""].join("|");
      wanted.push([key, () => bubble(message, isFirst)]);
      before = message;
    }
    for (const item of outbox) wanted.push([item.client_id + "|" + item.failed, () => pendingBubble(item)]);

    const keys = new Set(wanted.map(([key]) => key));
    for (const [key, node] of drawn) {
      if (!keys.has(key)) {
        node.remove();
        drawn.delete(key);
      }
    }
    let place = list.firstChild;
    for (const [key, make] of wanted) {
      let node = drawn.get(key);
      if (!node) drawn.set(key, (node = make()));
      if (node === place) place = place.nextSibling;
      else list.insertBefore(node, place);
    }
    earlier.hidden = !hasEarlier;
    greeting.hidden = hasEarlier;
    drawHead();
    drawProgress();
    drawTyping();
    drawChips();
    drawAfter();
  }

  let drawnFace = null;

  function drawHead() {
    // Who has the conversation; else who answered last.
    const answered = sorted().filter((m) => m.author?.type === "agent" && m.author.name).at(-1)?.author;
    const agent = state.agent ?? answered;
    const key = agent ? agent.id + agent.avatar : "";
    if (key !== drawnFace) {
      drawnFace = key;
      face.replaceChildren(...photo(agent, agent?.name ?? look.title).childNodes);
      if (agent?.avatar) bytes(agent.avatar).then((url) => face.replaceChildren(el("img", { src: url, alt: "" })), () => {});
    }
    title.textContent = agent?.name ?? look.title;
    const hours = state.working_hours;
    subtitle.textContent = hours.open ? (agent ? look.title : t("Open")) : hours.opens_at ? t("AwayUntil", soon.format(new Date(hours.opens_at))) : t("Away");
    document.body.classList.toggle("is-away", !hours.open);
  }

  function drawProgress() {
    const mine = sorted().filter((m) => m.direction === "in" && !m.deleted).at(-1);
    const last = sorted().at(-1);
    progress.textContent =
      outbox.some((i) => !i.failed) ? t(isConnected ? "State.sending" : "State.waiting")
      : mine && mine === last ? t(state.read_seq >= mine.seq ? "State.read" : "State.sent")
      : "";
  }

  function drawTyping() {
    typing.textContent = Date.now() < typingUntil ? (state.agent ? t("Typing", state.agent.name) : t("TypingSomebody")) : "";
  }

  let drawnAfter = null;

  function drawAfter() {
    const known = session?.profile ?? {};
    const asks = look.pre_chat.filter((f) => !known[f.name]);
    const needsForm = session && isLoaded && !state.conversation_id && outbox.length === 0 && asks.length > 0 && !keep.get("asked");
    const kind = needsForm ? "form"
      : look.asks_rating && state.can_rate && !rated ? "rating"
      : state.status === "resolved" ? (rated ? "thanks" : "resolved")
      : !state.working_hours.open && !state.conversation_id ? "away"
      : "";
    foot.hidden = kind === "form";
    if (kind === drawnAfter) return;
    drawnAfter = kind;
    after.replaceChildren(...(kind === "form" ? [form(asks)] : kind === "rating" ? [el("p", { class: "note" }, t("Resolved")), rating()] : kind === "resolved" ? [el("p", { class: "note" }, t("Resolved"))] : kind === "thanks" ? [el("p", { class: "note", role: "status" }, t("Rate.Thanks"))] : kind === "away" ? [el("p", { class: "note", dir: "auto" }, config.away ?? t("AwayNote"))] : []));
    if (kind && isShown) toEnd();
  }

  function form(asks) {
    const fields = asks.map((f) => ({
      ...f,
      input: el("input", { id: "ask-" + f.name, name: f.name, type: f.name === "email" ? "email" : f.name === "phone" ? "tel" : "text", autocomplete: f.name === "phone" ? "tel" : f.name, maxlength: f.name === "phone" ? "50" : "255", dir: "auto", "aria-required": f.required ? "true" : null, "aria-describedby": "wrong-" + f.name }),
      wrong: el("p", { class: "problem", id: "wrong-" + f.name }),
    }));
    const failed = el("p", { class: "problem", role: "alert" });
    return el("form", { class: "card", novalidate: true, "data-testid": "form", onsubmit: async (e) => {
      e.preventDefault();
      let first = null;
      for (const field of fields) {
        const value = field.input.value.trim();
        field.wrong.textContent = field.required && !value ? t("Form.Missing") : field.name === "email" && value && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value) ? t("Form.BadEmail") : "";
        field.input.setAttribute("aria-invalid", String(field.wrong.textContent !== ""));
        if (field.wrong.textContent) first ??= field.input;
      }
      if (first) return first.focus();
      try {
        await begin(Object.fromEntries(fields.map((f) => [f.name, f.input.value.trim() || null])));
        keep.set("asked", true);
        draw();
        input.focus();
      } catch {
        failed.textContent = t("Rate.Failed");
      }
    } },
      el("p", {}, t("Form.Intro")),
      ...fields.map((f) => el("div", { class: "field" }, el("label", { for: "ask-" + f.name }, t("Form." + f.name), f.required ? null : el("span", { class: "hint" }, " " + t("Form.Optional"))), f.input, f.wrong)),
      failed,
      el("button", { class: "main" }, t("Form.Start")));
  }

  function rating() {
    const comment = el("textarea", { rows: "2", maxlength: "2000", dir: "auto", "aria-label": t("Rate.Comment"), placeholder: t("Rate.Comment") });
    const failed = el("p", { class: "problem", role: "alert" });
    return el("form", { class: "card", "data-testid": "rating", onsubmit: async (e) => {
      e.preventDefault();
      const score = Number(new FormData(e.target).get("score"));
      try {
        await call("POST", "/widget/rating", { score, comment: comment.value });
      } catch (error) {
        // Told already, in another tab.
        if (error.status !== 409) return (failed.textContent = t("Rate.Failed"));
      }
      rated = true;
      draw();
      input.focus();
    } },
      el("fieldset", {}, el("legend", {}, t("Rate.Ask")),
        el("div", { class: "scores" }, ...[1, 2, 3, 4, 5].map((n) => el("label", { title: t("Rate." + n) }, el("input", { type: "radio", name: "score", value: String(n), required: true, "aria-label": t("Rate." + n) }), el("span", { "aria-hidden": "true" }, ["😞", "🙁", "😐", "🙂", "😀"][n - 1]))))),
      comment, failed, el("button", { class: "main" }, t("Rate.Send")));
  }

  // ------------------------------------------------------------------ the page around

  function tellHost(message) {
    if (isFramed && hostOrigin) window.parent.postMessage({ flame: 1, ...message }, hostOrigin);
  }

  function isAllowed(origin) {
    return origin === location.origin || config.origins.some((allowed) => {
      const [scheme, rest] = allowed.split("//*");
      return rest === undefined ? allowed === origin : origin.startsWith(scheme + "//") && origin.endsWith(rest);
    });
  }

  function close() {
    if (isFramed) tellHost({ type: "close" });
  }

  window.addEventListener("message", (e) => {
    if (e.source !== window.parent || e.data?.flame !== 1 || !isAllowed(e.origin)) return;
    if (e.data.type === "hello") {
      hostOrigin = e.origin;
      page = e.data.page ?? page;
      identity = e.data.identity ?? {};
      if (!own) keep.take(e.data.kept);
      input.value ||= keep.get("draft") ?? "";
      grow();
      if (keep.get("token") || isShown) start().catch(() => {});
    } else if (!hostOrigin) return;
    else if (e.data.type === "shown") {
      isShown = true;
      page = e.data.page ?? page;
      if (session) acknowledge();
      else start().catch(() => {});
      toEnd();
      focus();
    } else if (e.data.type === "hidden") isShown = false;
    else if (e.data.type === "identify") {
      identity = e.data.identity ?? {};
      if (session) switchTo();
    } else if (e.data.type === "shutdown") {
      identity = {};
      for (const name of keep.names("")) keep.remove(name);
      outbox.length = 0;
      (session = null), hearing?.abort();
      tellHost({ type: "session", known: false });
      tellHost({ type: "unread", count: 0 });
      forget();
      draw();
    }
  });

  async function switchTo() {
    hearing?.abort();
    session = { ...session };
    await begin().catch(() => {});
    await load().catch(() => {});
    setTimeout(hear, 0);
  }

  function focus() {
    if (foot.hidden) after.querySelector("input")?.focus();
    else input.focus();
  }

  let starting = null;

  function start() {
    starting ??= startNow().finally(() => (starting = null));
    return starting;
  }

  async function startNow() {
    if (session) return;
    for (const name of keep.names("out:")) {
      const item = keep.get(name);
      if (item?.client_id && !outbox.some((i) => i.client_id === item.client_id)) outbox.push(item);
    }
    outbox.sort((a, b) => (a.at < b.at ? -1 : 1));
    draw();
    try {
      await begin();
      await load();
    } catch (error) {
      if (error instanceof Refused && error.status === 404) {
        session = null;
        lost.textContent = t("Gone");
        foot.hidden = true;
        return;
      }
      connected(false);
      setTimeout(() => start().catch(() => {}), 2000 + Math.random() * 3000);
      return;
    }
    told.read = Math.min(keep.get("read") ?? 0, sorted().at(-1)?.seq ?? 0);
    lost.textContent = "";
    hear();
    flush();
    acknowledge();
    if (isShown) focus();
  }

  input.value = keep.get("draft") ?? "";
  grow();
  draw();
  document.documentElement.setAttribute("data-ready", "");
  if (isFramed) window.parent.postMessage({ flame: 1, type: "ready", keeps: own !== null }, "*");
  else start().catch(() => {});
})();
