// Builds elements. Text always goes in as text, so nothing that was sent can become markup.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") Object.entries(value).forEach(([key, one]) => element.style.setProperty(key, one));
    else if (value === true) element.setAttribute(name, "");
    else element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SHAPES = {
  chat: "M12 4c-5 0-9 3.200-9 7.200 0 2.300 1.300 4.300 3.400 5.600L6 20l3.600-1.800c.8.1 1.600.2 2.400.2 5 0 9-3.200 9-7.200S17 4 12 4z",
  sms: "M4 5h16v11H9l-5 4zM8 9.500h8M8 12.500h5",
  scan: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16",
  me: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20c.6-3.800 3.600-6 7.500-6s6.900 2.200 7.500 6",
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  keyboard: "M3 6h18v12H3zM7 10h.01M10.500 10h.01M14 10h.01M17 10h.01M8 14h8",
  list: "M4 7h16M4 12h16M4 17h16",
  plus: "M12 5v14M5 12h14",
  reload: "M19 12a7 7 0 1 1-2-5M19 4v4h-4",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 2.500-2.500L20 17M15.500 9h.01",
  place: "M12 21c4-4.500 6.500-7.700 6.500-11A6.500 6.500 0 0 0 5.500 10c0 3.300 2.500 6.500 6.500 11zM12 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  voice: "M12 3.500a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0v-5a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v3.500",
  signal: "M4 18v-3M9 18v-6M14 18v-9M19 18V6",
};

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", SHAPES[name]);
  for (const [key, value] of [["fill", "none"], ["stroke", "currentColor"], ["stroke-width", name === "more" ? "2.600" : "1.700"], ["stroke-linecap", "round"], ["stroke-linejoin", "round"]]) path.setAttribute(key, value);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, press) {
  return h("button", { type: "button", class: "icon", "aria-label": label, title: label, onclick: press }, icon(name));
}

export function badge(count) {
  return count ? h("span", { class: "weui-badge", "aria-label": `${count} 条未读` }, count > 99 ? "99+" : String(count)) : null;
}

// The phones are in China, wherever the visitor is.
const ZONE = { timeZone: "Asia/Shanghai" };
const TIME = new Intl.DateTimeFormat("zh-CN", { ...ZONE, hour: "2-digit", minute: "2-digit", hour12: false });
const EXACT = new Intl.DateTimeFormat("zh-CN", { ...ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
const DAY = new Intl.DateTimeFormat("zh-CN", { ...ZONE, month: "long", day: "numeric" });

export function clock(seconds) {
  const moment = new Date(seconds * 1000);
  const day = DAY.format(moment);
  return day === DAY.format(new Date()) ? TIME.format(moment) : `${day} ${TIME.format(moment)}`;
}

export const exactTime = (seconds) => EXACT.format(new Date(seconds * 1000));
export const timeNow = () => TIME.format(new Date());

// Text with links as the chat shows it: <a href> in a message, and bare addresses.
const LINK = /<a\s+href=(?:"([^"]*)"|'([^']*)')[^>]*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'，。；！？（）【】]+)/gi;

export function linked(text, open) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(end, found.index));
    const address = found[1] ?? found[2] ?? found[4];
    parts.push(h("a", { href: address, onclick: (event) => { event.preventDefault(); open(address); } }, found[3] ?? found[4]));
    end = found.index + found[0].length;
  }
  parts.push(text.slice(end));
  return parts;
}
