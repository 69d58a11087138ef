// Niceties for every page; without this file each page does the same work.

const THEME_SECONDS = 365 * 24 * 3600;

/** The theme in force, chosen by hand or by the device. */
function currentTheme() {
  const chosen = document.documentElement.dataset.theme;
  if (chosen) return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

// A cookie, not localStorage: the server writes the theme into the page, so it never flickers.
function switchTheme() {
  const theme = currentTheme() === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=${THEME_SECONDS}; samesite=lax`;
}

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.hidden = false;
  button.addEventListener("click", switchTheme);
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

/** Ask the form's question; resolves to whether it was confirmed. */
function confirmed(question) {
  const dialog = document.getElementById("confirm");
  if (!dialog?.showModal) return Promise.resolve(true);
  dialog.querySelector("#confirm-question").textContent = question;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

// The question may stand on the form, or on the one button of it that needs asking.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!question || form.dataset.confirmed) return;
  event.preventDefault();
  if (!(await confirmed(question))) return;
  form.dataset.confirmed = "yes";
  form.requestSubmit(event.submitter);
});

// A second click on the same button sends nothing. The button stays enabled: a disabled one
// would not be sent along with the form.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.getAttribute("aria-busy") === "true") event.preventDefault();
  else form.setAttribute("aria-busy", "true");
});

// Coming back by the browser's history finds the page as it was left: make its forms usable again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy], form[data-confirmed]")) {
    form.removeAttribute("aria-busy");
    delete form.dataset.confirmed;
  }
});

// Menus are <details>: they close when one clicks elsewhere or presses Escape.
const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Where ways do not fit beside one another they scroll sideways: show the one that one is in.
for (const ways of document.querySelectorAll(".main-nav, .tabs > ul")) {
  const here = ways.querySelector("[aria-current]")?.getBoundingClientRect();
  const { left, width } = ways.getBoundingClientRect();
  if (here) ways.scrollLeft = here.left - left - (width - here.width) / 2;
}
