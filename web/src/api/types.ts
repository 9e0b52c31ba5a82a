import type { components } from './schema'

// The words of the REST contract and of the room protocol `microcourt.v1`. What the API's description says stands in
// schema.d.ts (`npm run types`); here it gets short names, and narrower types where the protocol document is narrower.
// Times are Unix milliseconds.

type S = components['schemas']

export type AccountRole = S['Me']['role']
export type CaseRole = 'party' | 'representative' | 'judge' | 'clerk'
export type Lang = S['Me']['lang']
export type Capacity = 'party' | 'representative'
export type Ready = '' | 'identity_required' | 'notice_required' | 'other_capacity'

export type ErrorBody = S['Problem']
export type DemoPerson = S['DemoPerson']
export type AccountEntry = S['AccountEntry']
export type TellTheft = S['TellTheftInBody']
export type ToldTheft = S['ToldTheft']
export type Config = S['ConfigOutBody']
export type Me = Omit<S['Me'], 'verified'> & { verified: S['Verification'] | null }
export type SignInSession = S['SessionInfo']
export type CaseCard = S['CaseCard'] & { role: CaseRole; ready: Ready }
export type Participant = S['Participant'] & { role: CaseRole }
export type CaseDetail = Omit<S['CaseDetails'], 'case' | 'participants'> & { case: CaseCard; participants: Participant[] }
export type Review = S['RetrialReview']
export type ReviewStep = S['RetrialStep']
export type DeskRoom = S['DeskRoom']
export type Notice = S['NoticeText']
export type FileInfo = Required<Pick<S['UploadResult'], 'name' | 'type' | 'size'>> & Pick<S['UploadResult'], 'width' | 'height' | 'thumbnail'>
export type Attachment = FileInfo & Required<Pick<S['UploadResult'], 'id'>> & Pick<S['UploadResult'], 'sha256'>
export type Staff = S['StaffInfo']
export type AuditEntry = S['AuditEntry']

export type MessageKind = 'text' | 'image' | 'voice' | 'video' | 'file' | 'location'
export type ActKind = 'recall' | 'hide' | 'speech'
/** Acts of the case that stand in the room as cards. */
export type CardKind =
  | 'exhibits_submitted' | 'exhibit_withdrawn' | 'opinion_given' | 'exchange_opened' | 'exchange_changed' | 'exchange_closed' | 'evidence_deadline_set'
  | 'original_checked' | 'exhibit_ruled' | 'watermark_set' | 'review_extended' | 'application_submitted' | 'application_answered' | 'application_supplemented' | 'application_revoked'
  | 'fee_notice_issued' | 'fee_notice_changed'
  | 'consent_declared' | 'stages_transferred' | 'signing_opened' | 'signing_signed' | 'signing_refused' | 'signing_ended' | 'paper_copy_requested' | 'paper_copy_answered'
  | 'document_served' | 'document_opened' | 'document_confirmed' | 'document_delivered' | 'service_address_confirmed'
  | 'hearing_scheduled' | 'hearing_postponed' | 'hearing_cancelled' | 'hearing_moved_offline' | 'hearing_opened' | 'hearing_started' | 'hearing_adjourned' | 'hearing_resumed' | 'hearing_closed' | 'hearing_statement'
  | 'hearing_recording_proposed' | 'hearing_recording_answered'
  | 'transcript_presented' | 'transcript_reopened' | 'transcript_correction_asked' | 'transcript_correction_answered' | 'transcript_signed' | 'transcript_refused' | 'transcript_closed'
/** What happens within a hearing stands in the room as a line, or not at all. */
export type HearingLineKind =
  | 'hearing_notice_waived' | 'hearing_paused' | 'hearing_entered' | 'hearing_left' | 'hearing_identity_checked' | 'hearing_admitted' | 'hearing_called' | 'hearing_dismissed' | 'hearing_removed' | 'hearing_seat_set'
  | 'hearing_phase_set' | 'hearing_shown' | 'hearing_consultation' | 'hearing_warned' | 'hearing_recording' | 'hearing_recording_shared' | 'hearing_interrupted' | 'hearing_witness_summoned'
export type EventKind = MessageKind | ActKind | CardKind | HearingLineKind | 'transcript_live_set' | 'notice_accepted' | 'identity_verified' | 'case_changed' | 'filing_accepted'

/** What a card reads of a body; which fields stand depends on the kind (PROTOCOL.md, section 5). */
export interface CardBody {
  exhibits?: ({ id: string; label: string; name: string } | string)[]
  exhibit?: string
  label?: string
  name?: string
  party?: string
  phase?: string
  for?: string
  version?: number
  objection?: boolean
  text?: string
  authenticity?: { objection: boolean; text?: string }
  legality?: { objection: boolean; text?: string }
  relevance?: { objection: boolean; text?: string }
  by_court?: boolean
  late?: boolean
  ends_at?: number
  until?: number
  opens_at?: number
  automatic?: boolean
  note?: string
  reason?: string
  deadline?: number
  state?: string
  ruling?: string
  on?: boolean
  agrees?: boolean
  /** Of a recording that stands in place of the transcript. */
  replaced?: boolean
  recording_sha256?: string
  title?: string
  decision?: string
  application?: string
  signing?: string
  complete?: boolean
  amount?: number
  due?: number
  status?: string
  document?: string
  recipient?: string
  way?: string
  outcome?: string
  participant?: string
  kind?: string
  served_at?: number
  signature?: string
  electronic?: boolean
  basis?: string
  hearing?: string
  seat?: string
  granted?: boolean
  at?: number
}

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
  label?: string
  address?: string
  seq?: number
  reason?: string
  length?: number
  participant?: string
  barred?: boolean
  notice?: string
  version?: string
  sha256?: string
  method?: string
  docket_number?: string
  joined?: string[] | null
  left?: string[] | null
  changed?: string[] | null
  seat?: string
  phase?: string
  exhibit?: string
  page?: number
  on?: boolean
  floor?: boolean
  state?: string
  party?: string
  replaced?: boolean
  recording_sha256?: string
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
  | { t: 'desk'; rooms: DeskRoom[] | null; gone: string[] | null }
