import { until } from './run.mjs'

/** Somebody who uses the API without a page: what the server really holds is looked up with it. */
export class Client {
  constructor(base) {
    this.base = base
    this.token = ''
  }

  static async signIn(base, who, device = 'test') {
    const c = new Client(base)
    const session = { 'X-Session': 'token' }
    if (who.login) {
      c.token = (await c.call('POST', '/auth/staff', { login: who.login, password: who.password, device }, session)).token
      return c
    }
    // A code can be asked for only every few seconds.
    const sent = await until('a code', () => c.call('POST', '/auth/codes', { phone: who.phone }))
    c.token = (await c.call('POST', '/auth/phone', { phone: who.phone, code: sent.demo_code, device }, session)).token
    return c
  }

  async raw(method, path, body, headers = {}) {
    return fetch(`${this.base}/api/v1${path}`, {
      method,
      headers: { ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}), ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
  }

  async call(method, path, body, headers) {
    const res = await this.raw(method, path, body, headers)
    const text = await res.text()
    if (!res.ok) throw new Error(`${method} ${path}: ${res.status} ${text}`)
    return text ? JSON.parse(text) : undefined
  }

  async status(path) {
    return (await this.raw('GET', path)).status
  }

  async caseId(docket) {
    const { cases } = await this.call('GET', `/cases?q=${encodeURIComponent(docket)}`)
    return cases[0].id
  }

  /** Accepts the first-entry notice. */
  async accept(caseId) {
    const n = await this.call('GET', `/cases/${caseId}/notices/first_entry`)
    await this.call('POST', `/cases/${caseId}/notices/first_entry/acceptance`, { version: n.version, sha256: n.sha256 })
  }

  send(caseId, text, thread = 'room') {
    return this.call('POST', `/cases/${caseId}/events`, { thread, event: crypto.randomUUID(), kind: 'text', body: { text } })
  }

  /** The whole of a thread. */
  async events(caseId, thread = 'room') {
    const all = []
    for (let after = 0; ; after = all[all.length - 1].seq) {
      const page = await this.call('GET', `/cases/${caseId}/events?thread=${encodeURIComponent(thread)}&after=${after}&limit=200`)
      all.push(...page.events)
      if (!page.more || !page.events.length) return all
    }
  }
}
