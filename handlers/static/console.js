// Every page works without this file: it keeps a second click from sending twice, and prints at a click.
"use strict";

(function () {
  document.querySelectorAll("form[method=post]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "yes";
      // A download leaves the page where it is: the form may be sent again after a while.
      setTimeout(function () { delete form.dataset.sent; }, 5000);
    });
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // On a narrow screen the menu is a strip: the line for this page comes into sight.
  var now = document.querySelector(".menu [aria-current]");
  if (now) { now.parentNode.scrollLeft = now.offsetLeft - (now.parentNode.clientWidth - now.offsetWidth) / 2; }

  var wrong = document.querySelector("[aria-invalid=true]");
  if (wrong && wrong.focus) { wrong.focus(); }
})();
