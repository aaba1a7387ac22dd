// The signature pad: what the hand does is sent as strokes, and the server draws the picture.
"use strict";

(function () {
  // A pad in its box as it stands, sharp on every screen. A changed size keeps what was written.
  function fit(pad, canvas) {
    var ratio = Math.max(window.devicePixelRatio || 1, 1);
    var kept = pad.toData();
    canvas.width = canvas.offsetWidth * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    pad.clear();
    pad.fromData(kept);
  }

  function make(canvas) {
    var pad = new SignaturePad(canvas, { minWidth: 1.2, maxWidth: 3.4, penColor: "#101420" });
    fit(pad, canvas);
    return pad;
  }

  function plain(pad) {
    return pad.toData().map(function (group) {
      return { points: group.points.map(function (point) {
        return { x: point.x, y: point.y, time: point.time, pressure: point.pressure };
      }) };
    });
  }

  // What was written along the long side of an upright screen, as it looks in the small box.
  function turned(wide, canvas) {
    var scale = Math.min(canvas.offsetWidth / wide.height, canvas.offsetHeight / wide.width);
    return moved(wide.strokes, function (point) { return { x: point.y * scale, y: (wide.width - point.x) * scale }; });
  }

  // What was written in the small box, in this one.
  function scaled(ink, canvas) {
    var scale = Math.min(canvas.offsetWidth / ink.width, canvas.offsetHeight / ink.height);
    return moved(ink.strokes, function (point) { return { x: point.x * scale, y: point.y * scale }; });
  }

  function moved(strokes, place) {
    return strokes.map(function (stroke) {
      return { points: stroke.points.map(function (point) { return Object.assign({}, point, place(point)); }) };
    });
  }

  document.querySelectorAll("[data-sign-pad]").forEach(function (box) {
    var canvas = box.querySelector("canvas");
    var field = box.querySelector("input[name=strokes]");
    var says = box.querySelector("[data-sign-says]");
    var sheet = box.querySelector("dialog");
    var small = make(canvas);
    var large = null;
    // What the large pad gave; the small one only shows it then.
    var long = null;

    function clear() {
      long = null;
      small.clear();
      small.on();
      says.textContent = "";
    }

    function show() {
      small.clear();
      small.fromData(turned(long, canvas));
      small.off();
      says.textContent = "已签好，可以提交；不满意请重写。";
    }

    // The page comes back with what was written: after a search, or because something else was wrong.
    if (field.value) {
      var before = JSON.parse(field.value);
      if (before.turn) { long = before; show(); } else { small.fromData(scaled(before, canvas)); }
    }

    box.querySelector("[data-sign-clear]").addEventListener("click", clear);
    box.querySelector("[data-sign-undo]").addEventListener("click", function () {
      if (long) { clear(); return; }
      var strokes = small.toData();
      strokes.pop();
      small.clear();
      small.fromData(strokes);
    });

    box.querySelector("[data-sign-large]").addEventListener("click", function () {
      sheet.showModal();
      var room = sheet.querySelector("canvas");
      if (!large) { large = make(room); } else { fit(large, room); }
      large.clear();
    });
    sheet.querySelector("[data-sign-again]").addEventListener("click", function () { large.clear(); });
    sheet.querySelector("[data-sign-leave]").addEventListener("click", function () { sheet.close(); });
    sheet.querySelector("[data-sign-done]").addEventListener("click", function () {
      var room = sheet.querySelector("canvas");
      if (large.isEmpty()) { sheet.close(); return; }
      long = { width: room.offsetWidth, height: room.offsetHeight, turn: 90, strokes: plain(large) };
      show();
      sheet.close();
    });

    var width = canvas.offsetWidth;
    window.addEventListener("resize", function () {
      // The address bar of a phone comes and goes: only a change of width moves the box.
      if (canvas.offsetWidth === width) { return; }
      width = canvas.offsetWidth;
      fit(small, canvas);
    });

    field.form.addEventListener("submit", function (event) {
      var ink = long || { width: canvas.offsetWidth, height: canvas.offsetHeight, turn: 0, strokes: plain(small) };
      field.value = ink.strokes.length ? JSON.stringify(ink) : "";
      if (!ink.strokes.length && !(event.submitter && event.submitter.formNoValidate)) {
        event.preventDefault();
        // Nothing was sent: the next tap sends.
        delete field.form.dataset.sent;
        says.textContent = "请先在框内手写签名。";
        box.scrollIntoView({ block: "center" });
      }
    });
  });
})();
