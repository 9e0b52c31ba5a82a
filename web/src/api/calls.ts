import { rest } from './rest'
import type {
  AccountEntry, AccountRole, Attachment, AuditEntry, Capacity, CaseCard, CaseDetail, Config, CourtEvent, EventBody, EventKind, Lang, Me, Notice,
  SignInSession, Staff, TellTheft, ToldTheft,
} from './types'

const enc = encodeURIComponent
const inCase = (id: string) => `/cases/${enc(id)}`

export const account = {
  config: () => rest.get<Config>('/config'),
  askCode: (phone: string) =>
    rest.post<{ expires_in_s: number; retry_in_s: number; demo_code?: string }>('/auth/codes', { phone }),
  byPhone: (phone: string, code: string, device: string) =>
    rest.post<{ person: Me }>('/auth/phone', { phone, code, device }),
  byPassword: (login: string, password: string, totp: string, device: string) =>
    rest.post<{ person: Me }>('/auth/staff', { login, password, ...(totp ? { totp } : {}), device }),
  signOut: () => rest.post<void>('/auth/sign-out'),
  signOutEverywhere: () => rest.post<void>('/auth/sign-out-everywhere'),
  sessions: async () => (await rest.get<{ sessions: SignInSession[] }>('/auth/sessions')).sessions ?? [],
  endSession: (id: string) => rest.del<void>(`/auth/sessions/${enc(id)}`),
  me: () => rest.get<Me>('/me'),
  changePhone: (phone: string, code: string) => rest.put<void>('/me/phone', { phone, code }),
  reportTheft: (since: number, note: string) => rest.post<{ cases: number }>('/me/theft', { since, ...(note ? { note } : {}) }),
  tellTheft: (told: TellTheft) => rest.post<void>('/auth/theft', told),
  log: async (since: number) => (await rest.get<{ entries: AccountEntry[] }>('/me/account-log', { since })).entries,
  capacity: (capacity: Capacity) => rest.put<void>('/me/capacity', { capacity }),
  language: (lang: Lang) => rest.put<void>('/me/language', { lang }),
  push: (sub: { endpoint: string; keys: { p256dh: string; auth: string } }) => rest.put<void>('/me/push', sub),
  noPush: () => rest.del<void>('/me/push'),
  password: (old: string, now: string) => rest.put<void>('/me/password', { old, new: now }),
  totpSecret: () => rest.post<{ secret: string; uri: string }>('/me/totp'),
  totpConfirm: (code: string) => rest.post<void>('/me/totp/confirmation', { code }),
  totpRemove: (code: string) => rest.del<void>('/me/totp', { code }),
}

/** Accounts that somebody who can't sign in says are stolen, before the court. */
export const thefts = {
  list: async () => (await rest.get<{ reports: ToldTheft[] }>('/theft-reports')).reports,
  answer: (id: string, lock: boolean, note: string) => rest.post<void>(`/theft-reports/${enc(id)}/answer`, { lock, ...(note ? { note } : {}) }),
}

export interface CaseQuery {
  q?: string
  state?: 'open' | 'closed'
  sort?: 'active' | 'filed' | 'docket'
  cursor?: string
  limit?: number
}

export const cases = {
  list: (q: CaseQuery) => rest.get<{ cases: CaseCard[] | null; next: string }>('/cases', { ...q }),
  read: async (id: string) => {
    const d = await rest.get<CaseDetail>(inCase(id))
    return { ...d, participants: d.participants ?? [] }
  },
  notice: (id: string, key: string) => rest.get<Notice>(`${inCase(id)}/notices/${enc(key)}`),
  accept: (id: string, n: Notice) =>
    rest.post<void>(`${inCase(id)}/notices/${enc(n.key)}/acceptance`, { version: n.version, sha256: n.sha256 }),
  before: (id: string, thread: string, before: number, limit = 50) =>
    rest.get<{ events: CourtEvent[] | null; more: boolean }>(`${inCase(id)}/events`, { thread, before, limit }),
  after: (id: string, thread: string, after: number, limit = 50) =>
    rest.get<{ events: CourtEvent[] | null; more: boolean }>(`${inCase(id)}/events`, { thread, after, limit }),
  send: (id: string, thread: string, event: string, kind: EventKind, body: EventBody) =>
    rest.post<{ seq: number; at: number }>(`${inCase(id)}/events`, { thread, event, kind, body }),
  search: (id: string, q: string, cursor: string) =>
    rest.get<{ events: CourtEvent[] | null; next: string }>(`${inCase(id)}/search`, { q, cursor }),
  verify: (id: string, participant: string, note: string) =>
    rest.post<void>(`${inCase(id)}/participants/${enc(participant)}/verification`, { method: 'in_person', note }),
  extendReview: (id: string, event: string, until: number, reason: string) => rest.put<{ seq: number; at: number }>(`${inCase(id)}/review/extension`, { event, until, reason }),
}

export const files = {
  /** Undefined while the server is still looking into the file. */
  attachment: async (upload: string): Promise<Attachment | undefined> => {
    const a = await rest.get<Partial<Attachment>>(`/uploads/${enc(upload)}/attachment`)
    return a && a.id ? (a as Attachment) : undefined
  },
  url: (id: string) => `/api/v1/attachments/${enc(id)}`,
  thumbnail: (id: string) => `/api/v1/attachments/${enc(id)}/thumbnail`,
}

export const admin = {
  staff: async () => (await rest.get<{ staff: Staff[] | null }>('/staff')).staff ?? [],
  create: (s: { login: string; name: string; role: AccountRole; password: string }) => rest.post<{ id: string }>('/staff', s),
  change: (id: string, c: { disabled?: boolean; password?: string; reset_totp?: boolean }) => rest.patch<void>(`/staff/${enc(id)}`, c),
  audit: (cursor: string) => rest.get<{ entries: AuditEntry[] | null; next: string }>('/audit', { cursor }),
  signOut: (person: string) => rest.post<void>(`/people/${enc(person)}/sign-out`),
}
