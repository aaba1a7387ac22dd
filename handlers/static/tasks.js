// The pages of a task keep up with what happens: figures every few seconds while somebody looks at them, a count
// until it is done. Without this file they are up to date when they are opened.
"use strict";

(function () {
  var EVERY = 3000;

  function ask(address) {
    return fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (answer) { if (!answer.ok) { throw new Error(answer.status); } return answer.json(); });
  }

  var waits = document.querySelector("[data-wait]");
  function waitOn() {
    ask(waits.dataset.wait).then(function (now) {
      if (now.alive) { setTimeout(waitOn, 1000); } else { location.reload(); }
    }).catch(function () { setTimeout(waitOn, 5000); });
  }
  if (waits) { setTimeout(waitOn, 700); }

  var figures = document.getElementById("figures");
  if (!figures) { return; }
  var timer = 0;
  var isAsking = false;

  // Whoever walks through the list by keyboard stays where they are.
  function put(html) {
    var focused = figures.contains(document.activeElement) ? document.activeElement : null;
    var link = focused && focused.getAttribute("href");
    var list = figures.querySelector(".list");
    var left = list ? list.scrollLeft : 0;
    figures.innerHTML = html;
    list = figures.querySelector(".list");
    if (list) { list.scrollLeft = left; }
    if (link) {
      Array.from(figures.querySelectorAll("a")).forEach(function (one) {
        if (one.getAttribute("href") === link) { one.focus({ preventScroll: true }); }
      });
    }
  }

  // The state, and the buttons that go with it, change seldom: in between nothing moves under somebody's finger.
  function change(id, html) {
    var place = document.getElementById(id);
    var made = document.createElement("div");
    made.innerHTML = html;
    if (words(place) !== words(made) && !place.contains(document.activeElement)) { place.innerHTML = html; }
  }

  function words(place) { return place.textContent.replace(/\s+/g, " ").trim(); }

  function hasSelection() {
    var chosen = window.getSelection();
    return chosen && !chosen.isCollapsed && figures.contains(chosen.anchorNode);
  }

  function look() {
    clearTimeout(timer);
    if (document.hidden || isAsking) { return; }
    isAsking = true;
    ask(figures.dataset.from)
      .then(function (now) {
        if (!hasSelection()) { put(now.figures); }
        change("state", now.state);
        change("acts", now.acts);
        return EVERY;
      })
      .catch(function () { return 4 * EVERY; })
      .then(function (pause) {
        isAsking = false;
        if (!document.hidden) { timer = setTimeout(look, pause); }
      });
  }
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) { clearTimeout(timer); } else { look(); }
  });
  timer = setTimeout(look, EVERY);
})();
