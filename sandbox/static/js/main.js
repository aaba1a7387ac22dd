// Puts the phones on the desk and keeps them fresh.

import { listen, look } from "./api.js";
import { badge, h } from "./dom.js";
import { Panel } from "./panel.js";
import { Phone } from "./phone.js";

const NARROW = window.matchMedia("(max-width: 760px)");
const REMEMBERED = "sandbox-phones";
const FIRST_SHOWN = 3;

const desk = document.getElementById("phones");
const people = document.getElementById("people");
const accountLine = document.getElementById("account-line");
const phones = new Map();
let state = null;
let panel = null;
let shown = new Set();
let front = "";

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(REMEMBERED)) ?? null;
  } catch {
    return null; // storage is closed to us: begin with the usual phones
  }
}

function remember() {
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify({ shown: [...shown], front }));
  } catch {
    // storage is closed to us: nothing to keep
  }
}

function usual() {
  // One of each role first, so that the story can be told without looking for anybody.
  const roles = new Set();
  const keys = Object.keys(state.phones);
  const first = keys.filter((key) => {
    const { role } = state.phones[key].persona;
    const fresh = !roles.has(role);
    roles.add(role);
    return fresh;
  });
  return (first.length >= FIRST_SHOWN ? first : keys).slice(0, FIRST_SHOWN);
}

function choose() {
  const kept = remembered();
  const known = (kept?.shown ?? []).filter((key) => state.phones[key]);
  shown = new Set(kept ? known : usual());
  front = state.phones[kept?.front] ? kept.front : [...shown][0] ?? Object.keys(state.phones)[0];
}

function press(key) {
  if (NARROW.matches) front = key;
  else if (shown.has(key)) shown.delete(key);
  else shown.add(key);
  remember();
  arrange();
}

function arrange() {
  const visible = (key) => (NARROW.matches ? key === front : shown.has(key));
  for (const [key, phone] of phones) {
    const wasHidden = phone.element.hidden;
    phone.element.hidden = !visible(key);
    if (wasHidden && visible(key)) {
      phone.draw();
      phone.chat.toEnd();
    }
  }
  people.replaceChildren(...Object.values(state.phones).map(({ persona, chat_unread: chat, sms_unread: sms, talks_unread: talks }) =>
    h("button", { type: "button", class: "person", "aria-pressed": String(visible(persona.key)), onclick: () => press(persona.key) },
      h("img", { src: `/sandbox/avatar/${persona.key}.svg`, alt: "" }), persona.name, h("small", {}, persona.role),
      visible(persona.key) ? null : badge(Object.values(talks).reduce((sum, one) => sum + one, chat + sms)))));
  desk.querySelector(".empty-desk")?.remove();
  if (![...phones.keys()].some(visible)) desk.append(h("p", { class: "empty-desk" }, "桌上没有手机：在上面点一个人，把他的手机拿出来"));
}

function draw() {
  const others = (key) => () => Object.values(state.phones).filter((one) => one.persona.key !== key);
  for (const [key, data] of Object.entries(state.phones)) {
    if (!phones.has(key)) {
      phones.set(key, new Phone(data, others(key)));
      desk.append(phones.get(key).element);
    }
  }
  arrange();
  for (const [key, phone] of phones) phone.update(state.phones[key], state.account);
  panel.update(state.faults);
}

function connected(on) {
  const { account } = state;
  const modes = { plain: "明文", compatible: "兼容", safe: "安全" };
  accountLine.textContent = on ? `${account.name} · ${modes[account.mode]}模式 · 产品在 ${account.product_url}` : "与沙盒断开，正在重连…";
}

// A button that is drawn anew between pressing and letting go of it never learns of the click, so a finger is waited for,
// though not for ever: where a press opens a menu of the browser, nobody tells of its end.
const LONGEST_PRESS = 3000;
let finger = Promise.resolve();
document.addEventListener("pointerdown", () => {
  finger = new Promise((lifted) => {
    const up = () => setTimeout(lifted); // the click comes before
    for (const end of ["pointerup", "pointercancel", "dragend"]) document.addEventListener(end, up, { capture: true, once: true });
    window.addEventListener("blur", up, { once: true });
    setTimeout(lifted, LONGEST_PRESS);
  });
}, { capture: true });

async function changed(what) {
  for (const key of what.filter((name) => state.phones[name])) state.phones[key] = await look(`/phones/${key}`);
  if (what.includes("menu") || what.includes("faults")) {
    const fresh = await look("/state");
    Object.assign(state, fresh);
  }
  await finger;
  if (what.some((name) => name !== "log")) draw();
  if (what.includes("log")) panel.refreshLog();
}

// Changes are taken one after the other; those that come meanwhile are put together.
let waiting = new Set();
let busy = false;
async function take(what) {
  what.forEach((name) => waiting.add(name));
  if (busy) return;
  busy = true;
  while (waiting.size) {
    const now = [...waiting];
    waiting = new Set();
    try {
      await changed(now);
    } catch {
      now.forEach((name) => waiting.add(name)); // the line is down: the same again in a moment
      await new Promise((again) => setTimeout(again, 1000));
    }
  }
  busy = false;
}

async function start() {
  state = await look("/state");
  const names = Object.fromEntries(Object.values(state.phones).map(({ persona }) => [persona.key, persona.name]));
  panel = new Panel(document.getElementById("panel"), document.getElementById("panel-toggle"), document.getElementById("fault-count"), names);
  choose();
  draw();
  NARROW.addEventListener("change", arrange);
  document.addEventListener("visibilitychange", arrange);
  setInterval(() => phones.forEach((phone) => phone.tick()), 15000);
  listen(take, (on) => {
    connected(on);
    if (on) take([...Object.keys(state.phones), "menu"]);
  });
}

start();
