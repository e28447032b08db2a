// A demo of the program as a child process, and hands that lay things on its virtual readers.
// Knows: the command line, HTTP. Must not know: browsers.

import { execFileSync, spawn } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Finding, pause } from "./checks.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const program = process.env.FORMULAR ?? join(root, "target/debug/formular");

/** How long a tag must be away before the same tag is a new scan, with room to spare: barcodes take longest. */
const AWAY_MS = 1_900;

const running = new Set();
process.on("exit", () => { for (const child of running) child.kill("SIGKILL"); });

export class Site {
  #child;
  #data;
  #laid = new Map();

  /** Starts a demo in a new folder; its log goes to `log`. */
  static async start(log) {
    const site = new Site();
    site.#data = mkdtempSync(join(tmpdir(), "formular-browser-"));
    site.#child = spawn(program, ["demo", "--listen", "127.0.0.1:0", "--host", "formular.test", "--data", site.#data], { stdio: ["ignore", "pipe", "pipe"] });
    running.add(site.#child);
    const file = createWriteStream(log);
    site.#child.stderr.pipe(file);
    site.address = await new Promise((found, failed) => {
      let said = "";
      site.#child.stdout.on("data", (bytes) => {
        said += bytes;
        const address = /(http:\/\/127\.0\.0\.1:\d+)/.exec(said);
        if (address) found(address[1]);
      });
      site.#child.once("error", failed);
      site.#child.once("exit", (code) => failed(new Error(`${program} demo ended with ${code}, see ${log}`)));
    });
    for (let tries = 0; tries < 300; tries += 1) {
      const answer = await fetch(`${site.address}/healthz`).catch(() => null);
      if (answer?.ok) return site;
      await pause(100);
    }
    throw new Error("the demo does not become ready");
  }

  async stop() {
    if (this.#child.exitCode === null) {
      const ended = new Promise((done) => this.#child.once("exit", done));
      this.#child.kill("SIGTERM");
      await ended;
    }
    running.delete(this.#child);
    rmSync(this.#data, { recursive: true, force: true });
  }

  /** A new access token of a role. */
  token(role) {
    const said = execFileSync(program, ["token", "new", "--role", role, "--data", this.#data], { stdio: ["ignore", "pipe", "ignore"] });
    return said.toString().trim();
  }

  /** The same site under a name that is not the desk's own: whoever comes by it is a visitor. */
  get visitors() {
    return this.address.replace("127.0.0.1", "formular.test");
  }

  async json(path) {
    const answer = await fetch(this.address + path, { headers: { accept: "application/json" } });
    if (!answer.ok) throw new Finding(`${path} answers ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }

  async post(path, fields) {
    return fetch(this.address + path, {
      method: "POST", redirect: "manual", body: new URLSearchParams(fields), headers: { accept: "text/html" },
    });
  }

  /** Lays `badge:B-0101`, `item:ТР-0022` or `card:DONE` on a reader. The same thing again is laid down anew. */
  async present(reader, what) {
    const key = `${reader} ${what}`;
    const since = performance.now() - (this.#laid.get(key) ?? -Infinity);
    if (since < AWAY_MS) await pause(AWAY_MS - since);
    const answer = await this.post("/demo", { reader, present: what });
    const page = await answer.text();
    this.#laid.set(key, performance.now());
    if (answer.status !== 200 || !page.includes("notice good")) {
      const said = /class="notice bad"[^>]*>.*?<p>(.*?)<\/p>/s.exec(page)?.[1] ?? page.slice(0, 300);
      throw new Finding(`${what} was not read by ${reader}: ${answer.status} ${said}`);
    }
  }

  badge = (code) => this.present("desk-hf", `badge:${code}`);
  /** Every item has a tag for radio at a distance or a printed code. */
  item = (id, reader = "desk-uhf") => this.present(reader, `item:${id}`);
  card = (name) => this.present("desk-bar", `card:${name}`);

  async plug(reader, plugged) {
    const answer = await this.post("/demo", { reader, act: plugged ? "plug" : "unplug" });
    if (answer.status !== 200) throw new Finding(`${reader} cannot be plugged: ${answer.status}`);
  }

  /** A button of the desk, or a typed number, as the page without scripts sends it. */
  async act(fields) {
    const answer = await this.post("/kiosk/act", fields);
    if (answer.status >= 400) throw new Finding(`/kiosk/act ${JSON.stringify(fields)} answers ${answer.status}: ${await answer.text()}`);
  }
}
