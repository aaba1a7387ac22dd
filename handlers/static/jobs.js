// The page of one job: asks every second how far it is, and loads itself anew at the end.
// An answer that comes after a button was pressed would carry the page away from what the button does: it is dropped.
"use strict";

(function () {
  var box = document.getElementById("progress");
  if (!box || !box.dataset.from) { return; }

  var page = box.dataset.from.replace(/\/progress$/, "");
  var trouble = box.querySelector("[data-trouble]");
  var isLeaving = false;
  var failures = 0;
  window.addEventListener("submit", function () { isLeaving = true; });
  window.addEventListener("pageshow", function () { isLeaving = false; });

  function put(name, value) {
    var place = box.querySelector("[data-" + name + "]");
    if (place) { place.textContent = value; }
  }

  function ask() {
    fetch(box.dataset.from, { headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (answer) { if (!answer.ok) { throw new Error(answer.status); } return answer.json(); })
      .then(function (now) {
        if (isLeaving) { setTimeout(ask, 5000); return; }
        failures = 0;
        if (!now.alive) { location.replace(page); return; }
        trouble.hidden = true;
        box.querySelector("progress").value = now.percent;
        put("status", now.status);
        put("percent", now.percent + "%");
        put("good", now.good);
        put("bad", now.bad);
        setTimeout(ask, 1000);
      })
      .catch(function () {
        failures += 1;
        // The first may be nothing but the page being left.
        trouble.hidden = failures < 2;
        setTimeout(ask, 5000);
      });
  }
  setTimeout(ask, 1000);
})();
