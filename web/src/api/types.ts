// The words of the REST contract and of the room protocol `microcourt.v1`. Times are Unix milliseconds.

export type AccountRole = 'person' | 'judge' | 'clerk' | 'admin'
export type CaseRole = 'party' | 'representative' | 'judge' | 'clerk'
export type Lang = 'zh' | 'en'

export interface ErrorBody {
  code: string
  text: string
  field?: string
  retry_after_s?: number
}

export interface DemoPerson {
  name: string
  role: string
  phone?: string
  login?: string
  password?: string
}

export interface Config {
  name: string
  court: string
  version: string
  demo: boolean
  languages: Lang[]
  limits: { text_runes: number; image_bytes: number; video_bytes: number; file_bytes: number; voice_ms: number }
  demo_people?: DemoPerson[]
}

export interface Me {
  id: string
  name: string
  role: AccountRole
  phone?: string
  verified: { method: string; at: number; by?: string } | null
  lang: Lang
  totp: boolean
}

export interface SignInSession {
  id: string
  device: string
  address: string
  created_at: number
  last_seen_at: number
  current: boolean
}

export type Ready = '' | 'identity_required' | 'notice_required'

export interface CaseCard {
  id: string
  docket_number: string
  title: string
  cause: string
  court: string
  state: 'open' | 'closed'
  filed_at: number
  closed_at?: number
  active_at: number
  role: CaseRole
  standing: string
  unread: number
  unread_private: number
  parties: { name: string; standing: string }[] | null
  ready: Ready
}

export interface Participant {
  id: string
  name: string
  kind: 'person' | 'organisation'
  role: CaseRole
  standing: string
  for?: string[] | null
  authority?: string
  phone?: string
  reachable: boolean
  verified: boolean
  removed: boolean
  speech_barred: boolean
}

export interface CaseDetail {
  case: CaseCard & { procedure?: string; phone?: string }
  me: string
  participants: Participant[]
}

export interface Notice {
  key: string
  title: string
  version: string
  sha256: string
  text: string
  confirm: string
  accepted_at?: number
}

export interface FileInfo {
  name: string
  type: string
  size: number
  width?: number
  height?: number
  thumbnail?: boolean
}

export interface Attachment extends FileInfo {
  id: string
  sha256: string
}

export type MessageKind = 'text' | 'image' | 'voice' | 'video' | 'file' | 'location'
export type ActKind = 'recall' | 'hide' | 'speech'
export type EventKind = MessageKind | ActKind | 'notice_accepted' | 'identity_verified' | 'case_changed'

/** Everything that a body may say; which fields stand depends on the kind. */
export interface EventBody {
  text?: string
  quote?: number
  attachment?: string
  duration_ms?: number
  file?: FileInfo
  latitude?: number
  longitude?: number
  accuracy_m?: number
  name?: string
  address?: string
  seq?: number
  reason?: string
  participant?: string
  barred?: boolean
  notice?: string
  version?: string
  sha256?: string
  method?: string
  joined?: string[] | null
  left?: string[] | null
  changed?: string[] | null
}

export interface CourtEvent {
  case: string
  thread: string
  seq: number
  id: string
  at: number
  by: string
  kind: EventKind
  body: EventBody
  withdrawn?: 'recall' | 'hide'
}

export interface Staff {
  id: string
  login: string
  name: string
  role: AccountRole
  disabled: boolean
  totp?: boolean
  created_at?: number
}

export interface AuditEntry {
  id: string
  at: number
  person: string
  name: string
  act: string
  subject: string
  detail: string
  address: string
}

export interface JoinAck {
  case: string
  me: string
  last: Record<string, number>
  read: Record<string, number>
  receipts: Record<string, Record<string, number>>
  here: string[]
}

/** Frames that the server sends without being asked. */
export type ServerFrame =
  | ({ t: 'event' } & CourtEvent)
  | { t: 'reset'; case: string; thread: string; seq: number }
  | { t: 'head'; case: string; thread: string; seq: number; at: number; by: string }
  | { t: 'mark'; case: string; thread: string; seq: number }
  | { t: 'receipt'; case: string; thread: string; by: string; seq: number }
  | { t: 'presence'; case: string; here: string[] }
  | { t: 'cases' }
  | { t: 'participants'; case: string }
  | { t: 'left'; case: string }
