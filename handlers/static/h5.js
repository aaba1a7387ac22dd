// Every page works without this file; it only saves a tap here and there.
"use strict";

(function () {
  // 获取验证码: ask without leaving the page, then count down.
  document.querySelectorAll("[data-code-button]").forEach(function (button) {
    var form = button.form;
    var says = form.querySelector("[data-code-says]");
    var word = button.textContent;

    function count(seconds) {
      if (seconds <= 0) {
        button.disabled = false;
        button.textContent = word;
        return;
      }
      button.disabled = true;
      button.textContent = seconds + " 秒后重发";
      setTimeout(function () { count(seconds - 1); }, 1000);
    }

    button.addEventListener("click", function (event) {
      event.preventDefault();
      var body = new URLSearchParams();
      body.set("purpose", button.value);
      ["csrf_token", "phone"].forEach(function (name) {
        if (form.elements[name]) { body.set(name, form.elements[name].value); }
      });
      button.disabled = true;
      says.textContent = "正在发送…";
      fetch(button.formAction, { method: "POST", body: body, headers: { Accept: "application/json" }, credentials: "same-origin" })
        .then(function (answer) { return answer.json().then(function (told) { return { answer: answer, told: told }; }); })
        .then(function (got) {
          if (got.answer.ok) {
            says.textContent = "验证码已发送，5 分钟内有效。";
            // Whoever types already is left where they are.
            if (document.activeElement === button || document.activeElement === document.body) { form.elements.code.focus(); }
            count(got.told.seconds);
            return;
          }
          says.textContent = got.told.say;
          var wait = Number(got.answer.headers.get("Retry-After") || 0);
          count(wait <= 60 ? wait : 0);
        })
        .catch(function () {
          says.textContent = "网络不通，请检查后再试。";
          count(0);
        });
    });
  });

  // Typing a sum chooses the line it stands on.
  document.querySelectorAll("[data-chooses]").forEach(function (field) {
    field.addEventListener("input", function () {
      document.getElementById(field.dataset.chooses).checked = true;
    });
  });

  document.querySelectorAll("[data-select]").forEach(function (field) {
    field.addEventListener("focus", function () { field.select(); });
  });

  // What changes with time counts down by itself, and the page is fetched anew when the moment has come.
  document.querySelectorAll("[data-changes-in]").forEach(function (said) {
    var end = Date.now() + Number(said.dataset.changesIn) * 1000;
    var clock = document.createElement("span");
    clock.className = "countdown";
    clock.setAttribute("aria-hidden", "true");
    said.append(clock);

    function two(number) { return (number < 10 ? "0" : "") + number; }

    function tick() {
      var left = Math.round((end - Date.now()) / 1000);
      if (left > 86400) { return; }
      if (left <= 0) { location.reload(); return; }
      clock.textContent = two(Math.floor(left / 3600)) + ":" + two(Math.floor(left / 60) % 60) + ":" + two(left % 60);
      setTimeout(tick, 1000);
    }
    tick();
  });

  // A second tap on a slow network must not send twice.
  document.querySelectorAll("form[method=post]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      if (form.action.indexOf("/export") < 0) { form.dataset.sent = "yes"; }
      // A picture takes its time: without a word of it people tap again or go away.
      var button = event.submitter;
      if (form.enctype === "multipart/form-data" && button) {
        button.dataset.word = button.textContent;
        button.textContent = "正在上传…";
      }
    });
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
    document.querySelectorAll("[data-word]").forEach(function (button) { button.textContent = button.dataset.word; });
  });

  // What is being mended is no longer wrong.
  document.addEventListener("input", function (event) {
    var cell = event.target.closest(".is-wrong");
    if (!cell) { return; }
    cell.classList.remove("is-wrong");
    event.target.removeAttribute("aria-invalid");
    cell.querySelectorAll(".wrong").forEach(function (one) { one.remove(); });
  });

  var wrong = document.querySelector("[aria-invalid=true]");
  if (wrong && wrong.focus && document.activeElement === document.body) { wrong.focus(); }
})();
