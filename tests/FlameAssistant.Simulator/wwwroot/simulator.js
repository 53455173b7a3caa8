"use strict";

// What people type or send reaches the page through textContent only.
const texts = {
  en: {
    pageTitle: "The customer's phone · Flame Assistant simulator",
    today: "Today",
    as: (name) => `You write as ${name}`,
    lost: "No connection to the simulator, trying again…",
    noChannelTitle: "No channel to write to yet",
    noChannel: "./eng/run connects the demo. By hand: PUT /simulator/channels/{phone_number_id}",
    emptyTitle: (name) => `Nothing here yet, ${name}`,
    empty: (business) => `What you write arrives in the inbox of ${business}.`,
    reply: "Answer this message",
    replying: "Answering",
    unquote: "Do not quote",
    editing: "Changing",
    leave: "Leave it as it is",
    acts: "Change or delete this message",
    edit: "Edit",
    remove: "Delete",
    edited: "edited",
    deleted: "You deleted this message.",
    mine: { accepted: "Sent, on its way to the business", delivered: "Arrived at the business", read: "Read by the business", failed: "Did not arrive" },
    theirs: { accepted: "For the business: accepted", sent: "For the business: sent", delivered: "For the business: delivered", read: "For the business: read", failed: "For the business: failed" },
    refused: (why) => `The business did not take it (${why}); trying again.`,
    gaveUp: (why) => `Did not arrive (${why}).`,
    notSent: (why) => `Not sent: ${why}`,
    saved: "Saved.",
    notSaved: (why) => `Not saved: ${why}`,
    back: "Back",
    ownState: (state, me) => me ? `${state} · +${me}` : state,
  },
  es: {
    pageTitle: "El teléfono del cliente · Simulador de Flame Assistant",
    skip: "Ir al campo de mensaje",
    kicker: "Flame Assistant · Simulador",
    title: "El teléfono del cliente",
    lead: "Escribe como un cliente y mira llegar las respuestas, como en un teléfono. Nada sale de esta máquina.",
    channel: "Escribir a este canal",
    customer: "Escribir como esta persona",
    other: "Otra persona",
    name: "Nombre",
    phone: "Teléfono con código de país",
    add: "Escribir como esta persona",
    menu: "Opciones",
    back: "Volver",
    transcript: "Conversación",
    compose: "Mensaje",
    send: "Enviar",
    attach: "Enviar un archivo",
    faults: "Qué sale mal",
    active: "activo",
    faultsLead: "El proveedor en su peor día: para los mensajes que la empresa envía por este canal.",
    e10: "10 · fuera de la ventana",
    e551: "551 · la persona no está disponible",
    e613: "613 · demasiado rápido",
    e403: "403 · el cliente bloqueó el bot",
    e429: "429 · demasiado rápido",
    e400: "400 · chat desconocido",
    e401: "401 · token incorrecto",
    e422: "422 · el teléfono no está vinculado",
    e500: "500 · la pasarela falla",
    own: "El teléfono de la empresa",
    ownScan: "Escanear el código",
    ownLogout: "Desvincular",
    ownFail: "Perderlo",
    ownPasskey: "Pedir una passkey",
    ownRestrict: "Restringir",
    ownFree: "No restringir más",
    ownCode: "Código para escribir en el teléfono",
    ownPair: "Vincular con este código",
    ownText: "Escribir a esta persona en el teléfono",
    ownSend: "Escribir en el teléfono",
    ownEngine: "WAHA responde como",
    ownState: (state, me) => me ? `${state} · +${me}` : state,
    error: "Rechazar con un error",
    none: "Ninguno",
    e131047: "131047 · más de 24 horas",
    e130429: "130429 · demasiado rápido",
    e131056: "131056 · demasiados a una persona",
    e131000: "131000 · algo salió mal",
    e190: "190 · token vencido",
    e2: "2 · servicio caído",
    e131026: "131026 · no se puede entregar",
    e131049: "131049 · retenido por Meta",
    e131053: "131053 · no se pudo obtener el archivo",
    fail: "Aceptar y luego informar un fallo",
    delay: "Demora (ms)",
    times: "Solo estas veces",
    drop: "Cortar la conexión tras aceptar",
    overtake: "Los estados se adelantan a la respuesta",
    duplicates: "Copias extra de cada webhook",
    reorder: "Retener tantos webhooks y enviar primero el último",
    pairLimit: "Límite de Meta por persona: 1 cada 6 s",
    perSecond: "Límite de Meta por segundo",
    templates: "Plantillas de la cuenta",
    templatesLead: "Lo que Meta decide de ellas; la empresa lo sabe por webhook.",
    e131031: "131031 · cuenta bloqueada",
    e132001: "132001 · la plantilla no existe",
    e132015: "132015 · plantilla en pausa",
    calm: "Todo bien otra vez",
    today: "Hoy",
    as: (name) => `Escribes como ${name}`,
    lost: "Sin conexión con el simulador, reintentando…",
    noChannelTitle: "Todavía no hay un canal al que escribir",
    noChannel: "./eng/run conecta la demo. A mano: PUT /simulator/channels/{phone_number_id}",
    emptyTitle: (name) => `Aún no hay nada, ${name}`,
    empty: (business) => `Lo que escribas llega a la bandeja de ${business}.`,
    reply: "Responder a este mensaje",
    replying: "En respuesta a",
    unquote: "No citar",
    editing: "Corrigiendo",
    leave: "Dejarlo como está",
    acts: "Editar o eliminar este mensaje",
    edit: "Editar",
    remove: "Eliminar",
    edited: "editado",
    deleted: "Eliminaste este mensaje.",
    mine: { accepted: "Enviado, en camino a la empresa", delivered: "Llegó a la empresa", read: "Leído por la empresa", failed: "No llegó" },
    theirs: { accepted: "Para la empresa: aceptado", sent: "Para la empresa: enviado", delivered: "Para la empresa: entregado", read: "Para la empresa: leído", failed: "Para la empresa: fallido" },
    refused: (why) => `La empresa no lo recibió (${why}); reintentando.`,
    gaveUp: (why) => `No llegó (${why}).`,
    notSent: (why) => `No enviado: ${why}`,
    saved: "Guardado.",
    notSaved: (why) => `No guardado: ${why}`,
  },
};

const people = [
  { id: "5511988887777", from: "5511988887777", bsuid: "BR.5511223344556677889", name: "Ana Souza", label: "Ana Souza · +55 11 98888-7777", starters: ["Olá! Vocês entregam hoje? 😀", "Qual é o preço do frete?", "Meu pedido ainda não chegou."] },
  { id: "5215512345678", from: "5215512345678", bsuid: "MX.5215512345678000001", name: "Diego Ramírez", label: "Diego Ramírez · +52 55 1234 5678", starters: ["Hola, ¿hacen envíos a Guadalajara?", "¿Puedo pagar en efectivo?", "Necesito una factura, por favor."] },
  { id: "573001234567", from: "573001234567", bsuid: "CO.5730012345670000001", name: "Laura Gómez", label: "Laura Gómez · +57 300 123 4567", starters: ["Buenos días, ¿a qué hora abren?", "Quiero cambiar mi cita.", "¿Tienen este modelo en rojo?"] },
  { id: "BR.99887766554433", bsuid: "BR.99887766554433", username: "bia.silva", name: "Bia", label: "Bia · @bia.silva", starters: ["Oi, uso username", "Dá para falar com uma pessoa?"] },
];

const kindOf = { whatsapp: "WhatsApp", whatsapp_web: "WhatsApp Web", messenger: "Messenger", instagram: "Instagram", telegram: "Telegram" };
const lang = navigator.language.toLowerCase().startsWith("es") ? "es" : "en";
const t = texts[lang];
const $ = (id) => document.getElementById(id);
const clock = new Intl.DateTimeFormat(navigator.language, { hour: "numeric", minute: "2-digit" });
const dayOf = new Intl.DateTimeFormat(navigator.language, { dateStyle: "long" });
const shown = new Map();
let channels = [];
let stream = null;
let quoted = null;
let edited = null;

translate();
restore();
wire();
refresh();

function translate() {
  document.documentElement.lang = lang;
  document.title = t.pageTitle;
  for (const node of document.querySelectorAll("[data-t]")) {
    node.textContent = t[node.dataset.t] ?? node.textContent;
  }
  for (const node of document.querySelectorAll("[data-t-label]")) {
    node.ariaLabel = t[node.dataset.tLabel] ?? node.ariaLabel;
  }
  for (const node of document.querySelectorAll("[data-t-placeholder]")) {
    node.placeholder = t[node.dataset.tPlaceholder] ?? node.placeholder;
  }
}

function restore() {
  const wanted = new URLSearchParams(location.search).get("customer");
  if (wanted && !people.some((p) => p.id === wanted)) {
    people.push(personOf({ [/^\d+$/.test(wanted) ? "phone" : "bsuid"]: wanted }));
  }
  fill($("customer"), people, wanted);
}

function wire() {
  $("channel").addEventListener("change", () => { open(); loadFaults(true); });
  $("customer").addEventListener("change", open);
  $("form").addEventListener("submit", (e) => { e.preventDefault(); send(); });
  $("compose").addEventListener("input", grow);
  $("attach").addEventListener("click", () => $("file").click());
  $("file").addEventListener("change", sendFile);
  $("compose").addEventListener("keydown", (e) => {
    if (e.key === "Enter" && !e.shiftKey && !e.isComposing) {
      e.preventDefault();
      send();
    } else if (e.key === "Escape") {
      unquote();
    }
  });
  $("quote-close").addEventListener("click", () => { unquote(); $("compose").focus(); });
  $("person").addEventListener("submit", addPerson);
  $("faults").addEventListener("change", saveFaults);
  $("faults").addEventListener("submit", (e) => e.preventDefault());
  $("faults").addEventListener("reset", () => setTimeout(saveFaults));
  $("templates").addEventListener("toggle", () => loadTemplates());
  for (const button of document.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => own({ do: button.dataset.do }));
  }
  $("own-pair").addEventListener("submit", (e) => { e.preventDefault(); own({ do: "pair", code: $("own-code").value }); });
  $("own-engine").addEventListener("change", () => own({ do: "engine", engine: $("own-engine").value }));
  $("own-type").addEventListener("submit", typeOnPhone);
  $("menu").addEventListener("click", () => options(!document.body.hasAttribute("data-options")));
  // Who does not look does not read: the receipts go with the stream.
  document.addEventListener("visibilitychange", open);
  setInterval(() => document.hidden || refresh(), 2500);
}

async function refresh() {
  try {
    const found = await call("GET", "/simulator/channels");
    if (JSON.stringify(found) !== JSON.stringify(channels) || !stream) {
      channels = found;
      const wanted = $("channel").value || new URLSearchParams(location.search).get("channel");
      fill($("channel"), channels.map((c) => ({ id: c.phone_number_id, label: `${kindOf[c.type] ?? c.type} · ${c.name || c.phone_number_id}${c.display_phone_number ? ` · ${/^\d+$/.test(c.display_phone_number) ? "+" : ""}${c.display_phone_number}` : ""}` })), wanted);
      open();
      loadFaults(true);
    }
    if ($("channel").value) {
      await Promise.all([countUnread(), loadFaults(false), loadTemplates(), ownPhone()]);
    }
  } catch {
    $("chat-state").textContent = t.lost;
  }
}

/** The phone of a number that a gateway holds: linked, or with a code before it. */
async function ownPhone() {
  $("own").hidden = channel()?.type !== "whatsapp_web";
  if ($("own").hidden) {
    return;
  }
  const session = await call("GET", `${base()}/session`).catch(() => null);
  $("own-state").textContent = session ? t.ownState(session.is_restricted ? `${session.state} (restricted)` : session.state, session.me) : "–";
  $("own-engine-field").hidden = session?.gateway !== "waha";
  if (session && document.activeElement !== $("own-engine")) {
    $("own-engine").value = session.engine;
  }
}

async function own(action) {
  try {
    await call("POST", `${base()}/session`, action);
    $("own-code").value = "";
    await ownPhone();
  } catch (e) {
    $("own-state").textContent = e.message;
  }
}

async function typeOnPhone(e) {
  e.preventDefault();
  try {
    await call("POST", `${base()}/phone`, { to: idHere(person()), text: $("own-text").value });
    $("own-text").value = "";
  } catch (wrong) {
    $("own-state").textContent = wrong.message;
  }
}

/** Names those who wrote from elsewhere, and says who has unread answers. */
async function countUnread() {
  const conversations = await call("GET", `${base()}/conversations`);
  for (const { customer } of conversations) {
    if (!people.some((p) => idHere(p) === customer.from || (p.bsuid && p.bsuid === customer.bsuid))) {
      people.push(personOf(customer));
    }
  }
  const waiting = (person) => conversations.find((c) => c.customer.from === idHere(person))?.messages
    .filter((m) => m.direction === "out" && ["accepted", "sent", "delivered"].includes(m.status)).length ?? 0;
  fill($("customer"), people.map((p) => {
    const count = p.id === $("customer").value ? 0 : waiting(p);
    return { id: p.id, label: count > 0 ? `● ${count} · ${p.label}` : p.label };
  }), $("customer").value);
}

function personOf(customer) {
  const id = customer.phone ?? customer.bsuid;
  const handle = customer.phone ? `+${customer.phone}` : customer.username ? `@${customer.username}` : customer.bsuid;
  return { id, from: customer.phone, bsuid: customer.bsuid, username: customer.username, name: customer.name ?? handle, label: customer.name ? `${customer.name} · ${handle}` : handle, starters: [] };
}

function fill(select, items, wanted) {
  const same = select.options.length === items.length && items.every((item, i) => select.options[i].value === item.id && select.options[i].text === item.label);
  if (same) {
    return;
  }
  select.replaceChildren(...items.map((item) => new Option(item.label, item.id)));
  if (items.some((item) => item.id === wanted)) {
    select.value = wanted;
  }
}

function addPerson(e) {
  e.preventDefault();
  const phone = $("person-phone").value.replace(/\D/g, "");
  const name = $("person-name").value.trim();
  let person = people.find((p) => p.id === phone);
  if (!person) {
    person = personOf({ phone, name });
    people.push(person);
  }
  fill($("customer"), people, phone);
  $("customer").value = phone;
  e.target.reset();
  e.target.closest("details").open = false;
  options(false);
  open();
  $("compose").focus();
}

function options(on) {
  document.body.toggleAttribute("data-options", on);
  $("menu").setAttribute("aria-expanded", String(on));
  $("menu").textContent = on ? t.back : (t.menu ?? "Options");
}

function person() {
  return people.find((p) => p.id === $("customer").value) ?? people[0];
}

function channel() {
  return channels.find((c) => c.phone_number_id === $("channel").value);
}

function base() {
  return `/simulator/channels/${encodeURIComponent($("channel").value)}`;
}

/** Only WhatsApp knows people by a phone number or a user id; elsewhere they are plain numbers. */
function idHere(someone) {
  return channel()?.type === "whatsapp" ? someone.id : someone.id.replace(/\D/g, "");
}

/** Shows the chosen conversation and listens to it, while the page is before somebody's eyes. */
function open() {
  stream?.close();
  stream = null;
  const business = channel();
  const name = business?.name || business?.display_phone_number || "…";
  $("chat-name").textContent = name;
  $("chat-avatar").textContent = initials(name);
  $("chat-state").textContent = t.as(person().name);
  document.body.dataset.channel = business?.type ?? "whatsapp";
  for (const option of document.querySelectorAll("#faults option[data-for]")) {
    option.hidden = option.disabled = !option.dataset.for.split(" ").includes(business?.type ?? "whatsapp");
  }
  $("send").disabled = !business;
  ownPhone();
  if (!business) {
    clear();
    empty(t.noChannelTitle, t.noChannel, []);
    return;
  }
  history.replaceState(null, "", `?${new URLSearchParams({ channel: business.phone_number_id, customer: person().id })}`);
  const place = `${business.phone_number_id} ${person().id}`;
  if ($("transcript").dataset.place !== place) {
    $("transcript").dataset.place = place;
    clear();
  }
  if (document.hidden) {
    return;
  }
  stream = new EventSource(`${base()}/conversations/${encodeURIComponent(idHere(person()))}/stream`);
  stream.addEventListener("conversation", (e) => show(JSON.parse(e.data)));
  stream.onopen = () => { $("chat-state").textContent = t.as(person().name); };
  stream.onerror = () => { $("chat-state").textContent = t.lost; };
}

function clear() {
  shown.clear();
  $("transcript").replaceChildren();
  unquote();
}

function show(conversation) {
  const box = $("transcript");
  if (conversation.messages.length < shown.size) {
    clear();
  }
  if (conversation.messages.length === 0) {
    empty(t.emptyTitle(person().name.split(" ")[0]), t.empty(channel()?.name || "WhatsApp"), person().starters);
    return;
  }
  box.querySelector(".empty")?.remove();
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  const first = shown.size === 0;
  let grew = false;
  let last = null;
  for (const message of conversation.messages) {
    if (!shown.has(message.wamid)) {
      const day = dayName(message.at);
      if (day !== box.dataset.day || box.childElementCount === 0) {
        box.dataset.day = day;
        box.append(element("p", "day", day));
        last = null;
      }
      const bubble = bubbleOf(message, last?.direction !== message.direction);
      bubble.classList.toggle("new", !first);
      box.append(bubble);
      shown.set(message.wamid, { bubble });
      grew ||= first || atEnd || message.direction === "in";
    }
    const place = shown.get(message.wamid);
    place.message = message;
    state(place.bubble, message);
    last = message;
  }
  if (grew) {
    box.scrollTop = box.scrollHeight;
  }
}

function empty(title, text, starters) {
  const box = element("div", "empty");
  box.append(element("strong", "", title), element("span", "", text));
  for (const starter of starters) {
    const button = element("button", "starter", starter);
    button.type = "button";
    button.addEventListener("click", () => {
      $("compose").value = starter;
      grow();
      $("compose").focus();
    });
    box.append(button);
  }
  $("transcript").replaceChildren(box);
}

function bubbleOf(message, isFirst) {
  const bubble = element("div", isFirst ? "bubble first" : "bubble");
  bubble.dataset.wamid = message.wamid;
  bubble.dataset.direction = message.direction;
  if (message.reply_to) {
    bubble.append(element("div", "cited", wordsOf(shown.get(message.reply_to)?.message)));
  }
  if (message.file) {
    bubble.append(fileOf(message.file));
  }
  bubble.append(element("div", "said", message.text));
  if (message.choices) {
    bubble.append(choicesOf(message));
  }
  bubble.append(element("div", "why"), element("div", "reacted"));
  const foot = element("div", "foot");
  const time = element("time", "", clock.format(new Date(message.at)));
  time.dateTime = message.at;
  foot.append(element("span", "edited"), time, element("span", "ticks"));
  const reply = element("button", "reply");
  reply.type = "button";
  reply.ariaLabel = t.reply;
  reply.append(drawing("0 0 24 24", "M10 8V4l-7 7 7 7v-4c5 0 8 1.500 11 5-1-6-4-11-11-11z"));
  reply.addEventListener("click", () => { quote(message.wamid); $("compose").focus(); });
  bubble.append(foot);
  if (message.direction === "in") {
    addActs(bubble, foot, message);
  }
  bubble.append(reply);
  return bubble;
}

/** What the customer can do with a message of theirs, behind one small button; which of it there is, the provider says. */
function addActs(bubble, foot, message) {
  const acts = [];
  if (channel()?.can_edit && !message.file && !message.chosen) {
    acts.push(["edit", () => edit(message.wamid)]);
  }
  if (channel()?.can_delete) {
    acts.push(["remove", () => remove(message.wamid)]);
  }
  if (acts.length === 0) {
    return;
  }
  const box = element("div", "acts");
  const toggle = element("button", "toggle");
  const open = (on) => {
    box.hidden = !on;
    toggle.ariaExpanded = String(on);
    box.scrollIntoView({ block: "nearest" });
  };
  toggle.type = "button";
  toggle.ariaLabel = t.acts;
  toggle.dataset.testid = "message-acts";
  toggle.append(drawing("0 0 24 24", "M6 9l6 6 6-6"));
  toggle.addEventListener("click", () => open(box.hidden));
  for (const [name, act] of acts) {
    const button = element("button", "act", t[name]);
    button.type = "button";
    button.dataset.testid = `message-${name}`;
    button.addEventListener("click", () => { open(false); act(); });
    box.append(button);
  }
  bubble.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && !box.hidden) {
      open(false);
      toggle.focus();
    }
  });
  open(false);
  foot.prepend(toggle);
  bubble.append(box);
}

async function remove(wamid) {
  $("problem").textContent = "";
  $("compose").focus();
  try {
    await call("DELETE", addressOf(wamid));
  } catch (e) {
    $("problem").textContent = t.notSaved(e.message);
  }
}

function addressOf(wamid) {
  return `${base()}/messages/${encodeURIComponent(wamid)}`;
}

function wordsOf(message) {
  return !message ? "…" : message.deleted_at ? t.deleted : message.text;
}

/** As buttons and lists are on a phone: pressing one answers the message. */
function choicesOf(message) {
  const box = element("div", "choices");
  for (const choice of message.choices) {
    const button = element("button", "choice", choice.title);
    button.type = "button";
    button.dataset.testid = "choice";
    if (choice.text) {
      button.append(element("small", "", choice.text));
    }
    if (choice.kind === "url") {
      button.disabled = true;
    } else {
      button.addEventListener("click", () => choose(message, choice));
    }
    box.append(button);
  }
  return box;
}

async function choose(message, chosen) {
  $("problem").textContent = "";
  try {
    await call("POST", `${base()}/messages`, { ...sender(), chosen, reply_to: message.wamid });
  } catch (e) {
    $("problem").textContent = t.notSent(e.message);
  }
}

function fileOf(file) {
  const address = `/simulator/files/${encodeURIComponent(file.id)}`;
  const kind = { image: "img", audio: "audio", video: "video" }[file.kind] ?? "a";
  const node = element(kind, "file");
  if (kind === "a") {
    node.href = address;
    node.download = file.name ?? "";
    node.textContent = `📎 ${file.name ?? file.content_type} · ${Math.max(1, Math.round(file.size / 1024))} KB`;
  } else {
    node.src = address;
    node[kind === "img" ? "alt" : "ariaLabel"] = file.name ?? file.kind;
    node.controls = kind !== "img";
  }
  return node;
}

function state(bubble, message) {
  const key = JSON.stringify([message.status, message.reaction, message.note, message.text, message.edited_at, message.deleted_at]);
  if (bubble.dataset.key === key) {
    return;
  }
  bubble.dataset.key = key;
  bubble.dataset.status = message.status;
  bubble.querySelector(".said").textContent = wordsOf(message);
  bubble.querySelector(".edited").textContent = message.edited_at && !message.deleted_at ? t.edited : "";
  if (message.deleted_at) {
    bubble.dataset.deleted = "";
    bubble.querySelectorAll(".cited, .file, .reply, .acts, .toggle").forEach((part) => part.remove());
    if ([quoted, edited?.wamid].includes(message.wamid)) {
      unquote();
    }
  }
  bubble.querySelector(".reacted").textContent = message.reaction ?? "";
  const mine = message.direction === "in";
  const meaning = (mine ? t.mine : t.theirs)[message.status] ?? message.status;
  const svg = drawing("0 0 18 12", ticks(message.status));
  svg.setAttribute("class", `tick ${message.status}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", meaning);
  svg.removeAttribute("aria-hidden");
  const holder = bubble.querySelector(".ticks");
  holder.title = meaning;
  holder.replaceChildren(svg);
  const why = message.note ?? "";
  bubble.querySelector(".why").textContent = !why || ["delivered", "read"].includes(message.status) ? ""
    : !mine ? why
    : message.status === "failed" ? t.gaveUp(why)
    : t.refused(why);
}

function ticks(status) {
  switch (status) {
    case "accepted":
    case "sent":
      return "M4 6.500l3 3 6-7";
    case "failed":
      return "M9 1.500v5.500M9 10.200v.1";
    default:
      return "M1.500 6.500l3 3 6-7M8 9l.5.5 6-7";
  }
}

function quote(wamid) {
  unquote();
  quoted = wamid;
  lead(t.replying, t.unquote, wamid);
}

/** The field holds the message's text until it is sent or left; what stood there comes back. */
function edit(wamid) {
  unquote();
  edited = { wamid, draft: $("compose").value };
  lead(t.editing, t.leave, wamid);
  $("compose").value = shown.get(wamid).message.text;
  grow();
  $("compose").focus();
}

function lead(title, closing, wamid) {
  $("quote").hidden = false;
  $("quote-title").textContent = title;
  $("quote-text").textContent = wordsOf(shown.get(wamid).message);
  $("quote-close").ariaLabel = closing;
}

function unquote() {
  if (edited) {
    $("compose").value = edited.draft;
    grow();
  }
  quoted = edited = null;
  $("quote").hidden = true;
}

async function send() {
  const text = $("compose").value;
  if (!text.trim() || !channel()) {
    return;
  }
  $("problem").textContent = "";
  if (edited) {
    await sendEdit(text);
    return;
  }
  $("compose").value = "";
  grow();
  try {
    await call("POST", `${base()}/messages`, { ...sender(), text, reply_to: quoted });
    unquote();
  } catch (e) {
    $("compose").value ||= text;
    grow();
    $("problem").textContent = t.notSent(e.message);
  }
}

async function sendEdit(text) {
  try {
    await call("PUT", addressOf(edited.wamid), { text });
    unquote();
  } catch (e) {
    $("problem").textContent = t.notSaved(e.message);
  }
}

/** What stands in the field goes along as the caption. */
async function sendFile() {
  const [file] = $("file").files;
  $("file").value = "";
  if (!file || !channel()) {
    return;
  }
  if (edited) {
    unquote();
  }
  const text = $("compose").value;
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...sender(), text, reply_to: quoted })) {
    if (value) {
      form.append(name, value);
    }
  }
  form.append("file", file);
  $("problem").textContent = "";
  $("compose").value = "";
  grow();
  try {
    const answer = await fetch(`${base()}/files`, { method: "POST", body: form });
    if (!answer.ok) {
      throw new Error((await answer.json().catch(() => ({}))).error ?? `HTTP ${answer.status}`);
    }
    unquote();
  } catch (e) {
    $("compose").value ||= text;
    grow();
    $("problem").textContent = t.notSent(e.message);
  }
}

function sender() {
  const { from, bsuid, username, name } = person();
  return { from, bsuid, username, name };
}

function grow() {
  const field = $("compose");
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}

/** Meta's side of the account: what is approved, and how it is rated. */
async function loadTemplates() {
  const box = $("templates");
  const isWhatsApp = channel()?.type === "whatsapp";
  box.hidden = !isWhatsApp;
  if (!isWhatsApp || !box.open || box.contains(document.activeElement?.closest("select"))) {
    return;
  }
  const list = await call("GET", `${base()}/templates`);
  $("templates-list").replaceChildren(...list.map((template) => {
    const row = element("li", "template");
    row.append(element("strong", "", template.name), element("span", "", `${template.language} · ${template.category}`));
    row.append(picker(template, "status", ["APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED"], template.status, (event) => ({ event, reason: event === "REJECTED" ? "INVALID_FORMAT" : null })));
    row.append(picker(template, "quality", ["UNKNOWN", "GREEN", "YELLOW", "RED"], template.quality, (score) => ({ score })));
    return row;
  }));
}

function picker(template, what, values, value, body) {
  const select = element("select", "");
  select.ariaLabel = `${template.name} ${template.language}: ${what}`;
  select.dataset.testid = `template-${what}-${template.name}`;
  select.append(...values.map((v) => new Option(v, v, false, v === value)));
  select.addEventListener("change", async () => {
    try {
      await call("POST", `${base()}/templates/${encodeURIComponent(template.id)}/${what}`, body(select.value));
      $("templates-note").textContent = t.saved;
    } catch (e) {
      $("templates-note").textContent = t.notSaved(e.message);
    }
  });
  return select;
}

async function loadFaults(always) {
  const form = $("faults");
  if (!$("channel").value || (!always && form.contains(document.activeElement) && document.activeElement.matches("input, select"))) {
    return;
  }
  const faults = await call("GET", `${base()}/faults`);
  for (const field of form.querySelectorAll("[name]")) {
    const value = faults[field.name];
    if (field.type === "checkbox") {
      field.checked = value === true;
    } else {
      field.value = value ?? "";
    }
  }
  badge(faults);
}

async function saveFaults() {
  if (!$("channel").value) {
    return;
  }
  const form = $("faults");
  if (!form.reportValidity()) {
    return;
  }
  const faults = {};
  for (const field of form.querySelectorAll("[name]")) {
    if (field.type === "checkbox") {
      faults[field.name] = field.checked;
    } else if (field.value !== "") {
      faults[field.name] = field.type === "number" ? Number(field.value) : field.value;
    }
  }
  try {
    badge(await call("PUT", `${base()}/faults`, faults));
    $("faults-note").textContent = t.saved;
  } catch (e) {
    $("faults-note").textContent = t.notSaved(e.message);
  }
}

function badge(faults) {
  const on = faults.error || faults.failStatus || faults.delayMs || faults.dropConnection || faults.statusesBeforeAnswer || faults.duplicates || faults.reorder > 1 || faults.pairLimit || faults.perSecond;
  $("faults-badge").hidden = !on;
  if (!on) {
    $("faults-note").textContent = "";
  }
}

async function call(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw new Error(json.error ?? `HTTP ${answer.status}`);
  }
  return json;
}

function dayName(at) {
  const date = new Date(at);
  return date.toDateString() === new Date().toDateString() ? t.today : dayOf.format(date);
}

function initials(name) {
  return name.split(/\s+/).slice(0, 2).map((part) => [...part][0] ?? "").join("").toUpperCase();
}

function element(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text ?? "";
  return node;
}

function drawing(box, path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", box);
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
