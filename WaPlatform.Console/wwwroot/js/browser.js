// What only the page itself can do: remember a choice, copy, save a file, follow the end of a list, and listen for the search key.
export function recall(name) {
  return localStorage.getItem(`waplatform.${name}`);
}

export function remember(name, value) {
  localStorage.setItem(`waplatform.${name}`, value);
}

export function language() {
  return navigator.language ?? "en";
}

export function setLanguage(name) {
  document.documentElement.lang = name;
}

export function setDark(dark) {
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
}

export async function copy(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Plain http to another machine: there is no clipboard for scripts but this.
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

export async function save(name, stream) {
  const url = URL.createObjectURL(new Blob([await stream.arrayBuffer()]));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

export function toEnd(element) {
  if (element) element.scrollTop = element.scrollHeight;
}

export function isAtEnd(element) {
  return !element || element.scrollHeight - element.scrollTop - element.clientHeight < 48;
}

export function listenForSearch() {
  document.addEventListener("keydown", event => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const search = document.querySelector("[data-search] input, input[data-search]");
      if (search) {
        event.preventDefault();
        search.focus();
      }
    }
  });
}
