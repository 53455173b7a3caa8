/* Flame Assistant: the chat's button on a site's page, and the frame behind it. No eval, no inline style, no cookie: it runs under a strict Content-Security-Policy. */
(function (config) {
  "use strict";
  if (window.FlameAssistant) return;
  var script = document.currentScript;
  var base = script && script.src ? new URL(script.src).origin : config.base;
  var settings = window.flameAssistantSettings || {};
  var mark = "flame:" + config.key;
  var identity = pick(settings);
  var root, button, badge, frame, ready, isOpen = false, unread = 0, waiting = [];

  function pick(from) {
    return { identity_jwt: from.identity_jwt, user_id: from.user_id, user_hash: from.user_hash, name: from.name, email: from.email };
  }

  function isAllowed(origin) {
    return origin === base || config.origins.some(function (allowed) {
      if (allowed.indexOf("//*.") < 0) return allowed === origin;
      var parts = allowed.split("//*");
      return origin.indexOf(parts[0] + "//") === 0 && origin.slice(-parts[1].length) === parts[1];
    });
  }

  function locale() {
    return settings.language || document.documentElement.lang || navigator.language || config.fallback;
  }

  function text(key, value) {
    var known = config.texts[locale().slice(0, 2).toLowerCase()] || config.texts[config.fallback];
    return known[key].replace("{0}", value);
  }

  // Sites may forbid storage; then the frame waits for the first click.
  function remembers(value) {
    try {
      if (value === undefined) return localStorage.getItem(mark) === "1";
      if (value) localStorage.setItem(mark, "1");
      else localStorage.removeItem(mark);
    } catch { return false; }
  }

  // What a frame without storage of its own asks this page to keep.
  function kept() {
    var all = {};
    try {
      Object.keys(localStorage).forEach(function (name) {
        if (name.indexOf(mark + ":") === 0) all[name.slice(mark.length + 1)] = localStorage.getItem(name);
      });
    } catch { /* It starts anew on each page, then. */ }
    return all;
  }

  function keep(name, value) {
    try {
      if (value === null) localStorage.removeItem(mark + ":" + name);
      else localStorage.setItem(mark + ":" + name, String(value));
    } catch { /* Likewise. */ }
  }

  var css =
    ":host{all:initial}" +
    ".b{position:fixed;bottom:20px;SIDE:20px;z-index:2147483000;display:grid;place-content:center;width:56px;height:56px;padding:0;border:0;border-radius:50%;" +
    "background:var(--c);color:var(--i);cursor:pointer;box-shadow:0 1px 3px #0003,0 8px 24px #0003;transition:transform .15s}" +
    ".b:hover{transform:scale(1.05)}.b:focus-visible{outline:3px solid #fff;box-shadow:0 0 0 6px #1466c9}" +
    ".b svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}" +
    ".n{position:absolute;top:-4px;right:-4px;min-width:20px;height:20px;box-sizing:border-box;padding:0 5px;border-radius:10px;background:#b42318;color:#fff;font:600 12px/20px system-ui,sans-serif;text-align:center}" +
    ".n[hidden]{display:none}" +
    "iframe{position:fixed;bottom:92px;SIDE:20px;z-index:2147483000;width:384px;max-width:calc(100vw - 40px);height:640px;max-height:calc(100vh - 112px);" +
    "border:0;border-radius:16px;background:transparent;box-shadow:0 2px 8px #0002,0 16px 48px #0003}" +
    "iframe[hidden]{display:none}" +
    "@media(max-width:480px){iframe{inset:0;width:100%;max-width:none;height:100%;height:100dvh;max-height:none;border-radius:0}.open .b{display:none}}" +
    "@media(prefers-reduced-motion:reduce){.b{transition:none}}@media print{:host{display:none}}";

  function icon(path) {
    var svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    var line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", path);
    svg.appendChild(line);
    return svg;
  }

  function draw() {
    var host = document.createElement("div");
    host.id = "flame-assistant";
    host.style.setProperty("--c", config.color);
    host.style.setProperty("--i", config.ink);
    var shadow = host.attachShadow({ mode: "open" });
    css = css.split("SIDE").join(config.left ? "left" : "right");
    if (shadow.adoptedStyleSheets && window.CSSStyleSheet && CSSStyleSheet.prototype.replaceSync) {
      var sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      shadow.adoptedStyleSheets = [sheet];
    } else {
      shadow.appendChild(document.createElement("style")).textContent = css;
    }
    root = document.createElement("div");
    button = document.createElement("button");
    button.type = "button";
    button.className = "b";
    button.setAttribute("aria-expanded", "false");
    badge = document.createElement("span");
    badge.className = "n";
    badge.hidden = true;
    badge.setAttribute("aria-hidden", "true");
    button.addEventListener("click", toggle);
    root.appendChild(button);
    shadow.appendChild(root);
    document.body.appendChild(host);
    label();
  }

  function label() {
    button.replaceChildren(icon(isOpen ? "M6 9l6 6 6-6" : "M7.9 20A9 9 0 1 0 4 16.1L2 22Z"), badge);
    button.setAttribute("aria-expanded", String(isOpen));
    button.setAttribute("aria-label", isOpen ? text("Close") : unread ? text("Unread", unread) : text("Open"));
    badge.hidden = isOpen || unread === 0;
    badge.textContent = unread > 9 ? "9+" : String(unread);
  }

  function load() {
    if (frame) return;
    frame = document.createElement("iframe");
    frame.title = text("Title");
    frame.hidden = !isOpen;
    frame.src = base + "/widget/frame?key=" + config.key + "&lang=" + encodeURIComponent(locale());
    root.insertBefore(frame, button);
    setTimeout(function () {
      if (!ready) console.warn("Flame Assistant: the chat did not load. Does this page's Content-Security-Policy allow frame-src " + base + "?");
    }, 15000);
  }

  function tell(message) {
    message.flame = 1;
    if (ready) frame.contentWindow.postMessage(message, base);
    else waiting.push(message);
  }

  function page() {
    return { url: location.href, title: document.title, referrer: document.referrer };
  }

  function open() {
    isOpen = true;
    load();
    frame.hidden = false;
    root.className = "open";
    tell({ type: "shown", page: page() });
    label();
    frame.focus();
  }

  function close() {
    if (!isOpen) return;
    isOpen = false;
    frame.hidden = true;
    root.className = "";
    tell({ type: "hidden" });
    label();
    button.focus();
  }

  function toggle() {
    if (isOpen) close();
    else open();
  }

  window.addEventListener("message", function (e) {
    // Only our own frame, and only while it shows our own page.
    if (!frame || e.source !== frame.contentWindow || e.origin !== base || !e.data || e.data.flame !== 1) return;
    if (e.data.type === "ready") {
      ready = true;
      tell({ type: "hello", page: page(), identity: identity, kept: e.data.keeps ? null : kept() });
      waiting.splice(0).forEach(tell);
    } else if (e.data.type === "close") close();
    else if (e.data.type === "keep") keep(String(e.data.name), e.data.value);
    else if (e.data.type === "session") remembers(e.data.known);
    else if (e.data.type === "unread") {
      unread = Math.max(0, e.data.count | 0);
      label();
    }
  });

  window.FlameAssistant = {
    open: function () { if (root) open(); },
    close: function () { if (root) close(); },
    toggle: function () { if (root) toggle(); },
    identify: function (who) {
      identity = pick(who || {});
      if (frame) tell({ type: "identify", identity: identity });
    },
    shutdown: function () {
      identity = {};
      if (!root) return;
      close();
      load();
      tell({ type: "shutdown" });
    }
  };

  function start() {
    if (!isAllowed(location.origin)) {
      console.warn("Flame Assistant: " + location.origin + " is not among the allowed sites of this web chat. Add it in the channel's settings.");
      return;
    }
    draw();
    if (remembers()) load();
  }

  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})(/*{config}*/);
