import { hasWords, t } from '@/i18n'
import { standing } from '@/i18n/standing'
import type { CourtEvent, EventBody, EventKind, Participant } from '@/api/types'
import type { Room } from '@/record/room'
import { parseThread } from '@/record/thread'

export function standingOf(p: Participant): string {
  return (p.standing && standing(p.standing)) || t(`role.${p.role}`)
}

export function nameOf(room: Room, id: string): string {
  if (!id) return t('room.court_system')
  return room.participant(id)?.name ?? t('room.somebody')
}

/** The key of the words for what becomes of a transcript, or of a recording that stands in place of one. */
export const replacedKind = (key: string, b: { replaced?: boolean; recording_sha256?: string }) => (b.replaced || b.recording_sha256 ? key.replace('transcript', 'replaced') : key)

/** What a message says, in a few words: for quotes, search and pending ones. */
export function gist(kind: EventKind, body: EventBody, withdrawn?: string): string {
  if (withdrawn) return t(`room.gist_${withdrawn}`)
  switch (kind) {
    case 'text':
      return body.text ?? ''
    case 'file':
      return t('room.gist_file', { name: body.file?.name ?? '' })
    case 'location':
      return t('room.gist_location', { name: body.name || body.address || '' })
    default:
      if (hasWords(`room.gist_${kind}`)) return t(`room.gist_${kind}`)
      return hasWords(`card.gist_${kind}`) ? t(`card.gist_${replacedKind(kind, body)}`, { label: body.label ?? '', name: body.name ?? '' }) : t('room.act_other')
  }
}

/** Who stands at the other end of a private thread, for people. */
export function peerName(room: Room, thread: string): string {
  const peer = room.peerOf(thread)
  if (peer === 'bench') return t('room.bench')
  return nameOf(room, peer)
}

/** Says who sent a private message to whom. */
export function direction(room: Room, e: CourtEvent): string {
  const mine = e.by === room.s.me
  if (mine) return t('room.private_to', { name: peerName(room, e.thread) })
  const th = parseThread(e.thread)
  if (th?.kind === 'bench') {
    if (th.participant === room.s.me) return t('room.private_bench_to_me')
    if (e.by !== th.participant) return t('room.private_to', { name: nameOf(room, th.participant) })
    return t('room.private_to_bench')
  }
  return t('room.private_to_me')
}

export function peopleNames(room: Room, ids: string[] | null | undefined): string {
  return (ids ?? []).map((id) => nameOf(room, id)).join('、')
}

/** The line that an act of the record stands as. */
export function actLine(room: Room, e: CourtEvent): string {
  const by = nameOf(room, e.by)
  const b = e.body
  switch (e.kind) {
    case 'notice_accepted':
      return t('room.act_notice', { by })
    case 'identity_verified':
      return t('room.act_verified', { by, who: nameOf(room, b.participant ?? '') })
    case 'hide':
      return t('room.act_hide', { by, reason: b.reason ?? '' })
    case 'speech':
      return t(b.barred ? 'room.act_barred' : 'room.act_unbarred', { by, who: nameOf(room, b.participant ?? ''), reason: b.reason ?? '' })
    case 'filing_accepted':
      return t('room.act_filed', { docket: b.docket_number ?? '' })
    case 'case_changed': {
      const parts = []
      if (b.joined?.length) parts.push(t('room.act_joined', { who: peopleNames(room, b.joined) }))
      if (b.left?.length) parts.push(t('room.act_left', { who: peopleNames(room, b.left) }))
      return parts.join(' ') || t('room.act_changed')
    }
    default:
      if (e.kind === 'transcript_live_set') return ''
      return e.kind.startsWith('hearing_') ? hearingLine(room, e) : t('room.act_other')
  }
}

/** What happens within a hearing; '' for what the record keeps and nobody needs to read in the room. */
function hearingLine(room: Room, e: CourtEvent): string {
  const b = e.body
  const values = { by: nameOf(room, e.by), who: b.name || nameOf(room, b.seat ?? b.party ?? ''), reason: b.reason ?? '', label: b.label ?? '', page: b.page ?? '' }
  switch (e.kind) {
    case 'hearing_left':
      return t(`room.hearing_left_${b.reason === 'dropped' ? 'dropped' : 'left'}`, values)
    case 'hearing_phase_set':
      return t('room.hearing_phase_set', { phase: t(`room.phase_${b.phase}`) })
    case 'hearing_shown':
      return b.exhibit ? t('room.hearing_shown', values) : ''
    case 'hearing_consultation':
      return t(b.on ? 'room.hearing_consults' : 'room.hearing_consulted')
    case 'hearing_recording': {
      if (b.state === 'added') return ''
      const reason = b.reason ?? ''
      return t(`room.hearing_recording_${b.state}`, { ...values, reason: hasWords(`room.recording_${reason}`) ? t(`room.recording_${reason}`) : reason })
    }
    case 'hearing_interrupted':
      return t('room.hearing_interrupted', { seconds: ((b.length ?? 0) / 1000).toFixed(1) })
    case 'hearing_recording_shared':
      return t(b.on ? 'room.hearing_recording_shared' : 'room.hearing_recording_unshared', values)
    case 'hearing_seat_set':
      return b.floor ? t('room.hearing_floor', values) : ''
    default:
      return hasWords(`room.${e.kind}`) ? t(`room.${e.kind}`, values) : ''
  }
}
