// One sign-in, shared by the tabs of this browser. It lives in sessionStorage and in the other tabs, never in localStorage and never in a URL.
//
// A refresh token is good once, and a second use ends the sign-in. So only one tab renews at a time, it tells the others at once, and a counter
// (no secret) in localStorage tells a tab that was asleep meanwhile that its own token is spent: it asks the others instead of using it.
const key = "waplatform.session";
const counter = "waplatform.session-version";
const askPatience = 300;
const spentPatience = 3000;

const channel = new BroadcastChannel("waplatform.session");
let session = read();
let listener = null;
let waiting = [];

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

function keep(next) {
  session = next;
  if (next) {
    sessionStorage.setItem(key, JSON.stringify(next));
  } else {
    sessionStorage.removeItem(key);
  }
}

function shown() {
  return session && { token: session.token, expiresAt: session.expiresAt, user: session.user, version: session.version };
}

function tell() {
  listener?.invokeMethodAsync("Changed", shown());
}

function publish(answer, version) {
  keep({ token: answer.token, refreshToken: answer.refreshToken, expiresAt: answer.expiresAt, user: answer.user, version });
  localStorage.setItem(counter, `${version}`);
  channel.postMessage({ kind: "session", session });
}

channel.onmessage = ({ data }) => {
  if (data.kind === "ask") {
    if (session) channel.postMessage({ kind: "session", session });
  } else if (data.kind === "session") {
    if (!session || data.session.version > session.version) {
      keep(data.session);
      tell();
    }
    waiting.splice(0).forEach(done => done());
  } else if (data.kind === "end" && session) {
    keep(null);
    tell();
  }
};

function ask(patience) {
  return new Promise(done => {
    waiting.push(done);
    setTimeout(done, patience);
    channel.postMessage({ kind: "ask" });
  });
}

// Locks need https or localhost; elsewhere the counter alone keeps tabs apart.
function alone(work) {
  return navigator.locks ? navigator.locks.request("waplatform.session", work) : work();
}

async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  if (session) headers.Authorization = `Bearer ${session.token}`;
  const response = await fetch(path, { method: "POST", headers, body: body && JSON.stringify(body), cache: "no-store" });
  return { status: response.status, text: await response.text() };
}

/** Begins to listen. Returns who is signed in, also if only another tab knows. */
export async function start(dotnet) {
  listener = dotnet;
  if (!session) await ask(askPatience);
  return shown();
}

/** Signs in, or changes the password: both begin a new session. Returns null, or the text of the problem. */
export async function begin(path, body) {
  const answer = await post(path, body);
  if (answer.status !== 200) return answer.text || `{"code":"BAD_ANSWER","detail":"HTTP ${answer.status}"}`;
  publish(JSON.parse(answer.text), Date.now());
  tell();
  return null;
}

/** Renews the session unless somebody did since `version`. Returns it, or null if it is over. Throws if the platform can't be reached. */
export function renew(version) {
  return alone(async () => {
    if (!session || session.version > version) return shown();
    if (Number(localStorage.getItem(counter)) > session.version) {
      await ask(spentPatience);
      if (session && session.version > version) return shown();
      keep(null);
      tell();
      return null;
    }
    const answer = await post("/api/auth/refresh", { refreshToken: session.refreshToken });
    if (answer.status === 200) {
      publish(JSON.parse(answer.text), Math.max(Date.now(), version + 1));
      tell();
    } else if (answer.status === 401 || answer.status === 400) {
      keep(null);
      tell();
    } else {
      throw new Error(`HTTP ${answer.status}`);
    }
    return shown();
  });
}

/** Forgets the session in all tabs; with `logout` the platform voids it, too. */
export async function end(logout) {
  if (!session) return;
  if (logout) await post("/api/auth/logout").catch(() => {});
  keep(null);
  channel.postMessage({ kind: "end" });
  tell();
}
