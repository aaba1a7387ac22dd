// The page of one job: asks every second how far it is, and loads itself anew at the end.
"use strict";

(function () {
  var box = document.getElementById("progress");
  if (!box || !box.dataset.from) { return; }

  function put(name, value) {
    var place = box.querySelector("[data-" + name + "]");
    if (place) { place.textContent = value; }
  }

  function ask() {
    fetch(box.dataset.from, { headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (answer) { if (!answer.ok) { throw new Error(answer.status); } return answer.json(); })
      .then(function (now) {
        if (!now.alive) { location.reload(); return; }
        box.querySelector("progress").value = now.percent;
        put("status", now.status);
        put("percent", now.percent + "%");
        put("good", now.good);
        put("bad", now.bad);
        setTimeout(ask, 1000);
      })
      .catch(function () { setTimeout(ask, 5000); });
  }
  setTimeout(ask, 1000);
})();
