import { BASE, rest } from './rest'
import type { components } from './schema'
import type { Notice } from './types'

type S = components['schemas']

export type Recording = S['RecordingView']
export type RecordingMark = S['RecordingMark']
export type Hearing = S['HearingState']
export type HearingView = S['HearingView']
export type Seat = S['HearingSeat']
export type SeatSet = Partial<Pick<Seat, 'muted' | 'mute_locked' | 'camera_stopped' | 'floor' | 'hand'>>
export type Step = S['StepHearingInBody']['step']
export type SeatAct = S['ActOnSeatInBody']['act']
export type Sitting = S['SittingView']
export type MyHearing = S['MyHearing']
export type Attendance = S['HearingAttendance']
export type Attended = S['HearingAttended']
export type Moment = S['HearingMoment']
export type Guest = S['Guest']
export type Presence = Seat['presence']
export type Phase = NonNullable<Hearing['phase']>
type Post = { seq: number; at: number }

/** What the server tells of media, over the socket. */
export interface Offer {
  number: number
  sdp: string
  /** Relays, for networks that let nothing else through. */
  ice_servers?: RTCIceServer[]
}
export interface SlotView {
  mid: string
  peer: string
  media: 'audio' | 'camera' | 'screen'
}
export interface Quality {
  peer: string
  connected: boolean
  loss_up: number
  loss_down: number
  round_trip_ms: number
  estimate_bps: number
  picture: boolean
}
/** What is wrong at the court's server that judge and clerk have to know at once. */
export type Alarm = 'recording_failed' | 'disk_low'
/** How everybody looks at what is shown: hundredths of the whole page's size, and what stands in the middle, in ten-thousandths of the page. */
export interface View {
  zoom: number
  x: number
  y: number
}
/** A place on a page, in ten-thousandths. */
export interface Point {
  x: number
  y: number
}
export type HearingFrame =
  | { t: 'hearing'; hearing: string; ended?: boolean; taken?: boolean }
  | ({ t: 'hearing_offer'; hearing: string } & Offer)
  | { t: 'hearing_slots'; hearing: string; slots: SlotView[] }
  | { t: 'hearing_speaking'; hearing: string; seats: string[] }
  | { t: 'hearing_quality'; hearing: string; quality: Quality[] }
  | { t: 'hearing_flow'; hearing: string; flows: boolean }
  | { t: 'hearing_alarms'; hearing: string; alarms: Alarm[] }
  | { t: 'hearing_view'; hearing: string; exhibit: string; page: number; by?: string; view?: View; pointer?: Point }

const at = (id: string, ...path: string[]) => `/cases/${encodeURIComponent(id)}/hearings${path.map((p) => '/' + encodeURIComponent(p)).join('')}`
const by = (h: string, ...path: string[]) => `/hearings/${[h, ...path].map(encodeURIComponent).join('/')}`

export const hearings = {
  list: async (id: string) => (await rest.get<{ hearings: Hearing[] }>(at(id))).hearings,
  read: (id: string, h: string) => rest.get<HearingView>(at(id, h)),
  calendar: (id: string, h: string) => `${BASE}${at(id, h, 'calendar.ics')}`,
  schedule: (id: string, what: S['ScheduleHearingInBody']) => rest.post<Hearing>(at(id), what),
  postpone: (id: string, h: string, what: S['PostponeHearingInBody']) => rest.put<Post>(at(id, h, 'time'), what),
  waive: (id: string, h: string, event: string) => rest.post<Post>(at(id, h, 'waivers'), { event }),
  proposeReplacement: (id: string, h: string, what: S['ProposeReplacementInBody']) => rest.put<Post>(at(id, h, 'replacement'), what),
  answerReplacement: (id: string, h: string, what: S['AnswerReplacementInBody']) => rest.post<Post>(at(id, h, 'replacement', 'answers'), what),
  open: (id: string, h: string, event: string) => rest.post<Post>(at(id, h, 'opening'), { event }),
  step: (id: string, h: string, what: S['StepHearingInBody']) => rest.post<Post>(at(id, h, 'steps'), what),
  consult: (id: string, h: string, event: string, on: boolean) => rest.put<Post>(at(id, h, 'consultation'), { event, on }),
  phase: (id: string, h: string, event: string, phase: Phase) => rest.put<Post>(at(id, h, 'phase'), { event, phase }),
  show: (id: string, h: string, what: S['ShowExhibitInBody']) => rest.put<Post>(at(id, h, 'shown'), what),
  enter: (id: string, h: string, event: string) => rest.post<Post>(at(id, h, 'entries'), { event }),
  leave: (id: string, h: string, event: string) => rest.post<Post>(at(id, h, 'departures'), { event }),
  setOwn: (id: string, h: string, event: string, set: Pick<SeatSet, 'muted' | 'hand'>) => rest.patch<Post>(at(id, h, 'me'), { event, ...set }),
  setSeat: (id: string, h: string, seat: string, event: string, set: SeatSet) => rest.patch<Post>(at(id, h, 'seats', seat), { event, ...set }),
  state: (id: string, h: string, what: S['StatementInBody']) => rest.post<Post>(at(id, h, 'statements'), what),
  act: (id: string, h: string, seat: string, what: S['ActOnSeatInBody']) => rest.post<Post>(at(id, h, 'seats', seat, 'acts'), what),
  discipline: (id: string) => rest.get<Notice>(`/cases/${encodeURIComponent(id)}/notices/hearing_notice`),
  recording: (id: string, h: string) => rest.get<Recording>(at(id, h, 'recording')),
  recorded: (id: string, h: string, file: string) => `${BASE}${at(id, h, 'recording', file)}`,
  verifyRecorded: (id: string, h: string, file: string) => rest.get<S['RecordedHash']>(at(id, h, 'recording', file, 'verification')),
  share: (id: string, h: string, seat: string, event: string, on: boolean) => rest.put<Post>(at(id, h, 'viewers', seat), { event, on }),
  attendance: (id: string, h: string) => rest.get<Attendance>(at(id, h, 'attendance')),
  attendancePaper: (id: string, h: string) => `${BASE}${at(id, h, 'attendance', 'document')}`,
  guests: (id: string, h: string) => rest.get<S['Guests']>(at(id, h, 'guests')),
  summon: (id: string, h: string, who: S['SummonWitnessInBody']) => rest.post<S['GuestSeat']>(at(id, h, 'witnesses'), who),
  invite: (id: string, h: string, who: S['InviteObserverInBody']) => rest.post<S['GuestSeat']>(at(id, h, 'observers'), who),
  uninvite: (id: string, h: string, observer: string) => rest.del<void>(at(id, h, 'observers', observer)),
}

/** Hearings by themselves, for who may have no place in the case. */
export const sittings = {
  mine: async () => (await rest.get<{ hearings: MyHearing[] }>('/hearings')).hearings,
  read: (h: string) => rest.get<Sitting>(by(h)),
  /** The page that a guest is shown, as long as it is. */
  shownURL: (h: string, exhibit: string, page: number) => `/api/v1${by(h, 'shown', exhibit, String(page))}`,
  enter: (h: string, event: string) => rest.post<Post>(by(h, 'entries'), { event }),
  leave: (h: string, event: string) => rest.post<Post>(by(h, 'departures'), { event }),
  setOwn: (h: string, event: string, set: Pick<SeatSet, 'muted' | 'hand'>) => rest.patch<Post>(by(h, 'me'), { event, ...set }),
  rules: (h: string) => rest.get<Notice>(by(h, 'rules')),
  accept: (h: string, n: Notice) => rest.post<void>(by(h, 'rules', 'acceptance'), { version: n.version, sha256: n.sha256 }),
  undertaking: (h: string) => rest.get<Notice>(by(h, 'undertaking')),
  undertake: (h: string, event: string, n: Notice) => rest.post<Post>(by(h, 'undertaking'), { event, version: n.version, sha256: n.sha256 }),
}
