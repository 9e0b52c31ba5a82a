import type { CardBody, CardKind, CourtEvent, EventKind } from '@/api/types'
import { t } from '@/i18n'
import type { Room } from '@/record/room'
import { parseThread } from '@/record/thread'
import type { IconName } from '@/ui/icons'
import { yuan } from '@/ui/money'
import { dateTime, shortDate } from '@/ui/time'
import { nameOf, replacedKind, standingOf } from './words'

/** An act of the case as the room shows it: what was done, two lines of what it says, and where it leads. */
export interface Card {
  icon: IconName
  title: string
  lines: string[]
  tags: { text: string; tone: 'plain' | 'red' | 'green' | 'gold' | 'court' }[]
  to?: string
  next?: string
}

const icons: Record<CardKind, IconName> = {
  exhibits_submitted: 'exhibit', exhibit_withdrawn: 'undo', opinion_given: 'pen', exchange_opened: 'scales', exchange_changed: 'clock', exchange_closed: 'scales',
  evidence_deadline_set: 'clock', original_checked: 'stamp', exhibit_ruled: 'gavel', watermark_set: 'stamp', review_extended: 'clock', application_submitted: 'details', application_answered: 'gavel',
  application_supplemented: 'details', application_revoked: 'undo', consent_declared: 'globe', stages_transferred: 'globe', signing_opened: 'pen', signing_signed: 'pen', signing_refused: 'warning', signing_ended: 'check', paper_copy_requested: 'file', paper_copy_answered: 'file',
  fee_notice_issued: 'card', fee_notice_changed: 'card', document_served: 'details', document_opened: 'book', document_confirmed: 'check', document_delivered: 'details', service_address_confirmed: 'pin',
  hearing_scheduled: 'scales', hearing_postponed: 'clock', hearing_cancelled: 'close', hearing_moved_offline: 'leave', hearing_opened: 'scales', hearing_started: 'scales', hearing_adjourned: 'pause', hearing_resumed: 'scales', hearing_closed: 'check', hearing_statement: 'camera', hearing_recording_proposed: 'video', hearing_recording_answered: 'video',
  transcript_presented: 'pen', transcript_reopened: 'undo', transcript_correction_asked: 'pen', transcript_correction_answered: 'gavel', transcript_signed: 'pen', transcript_refused: 'warning', transcript_closed: 'check',
}

export function isCard(kind: EventKind): kind is CardKind {
  return kind in icons
}

function side(room: Room, id: string | undefined): string {
  const p = id ? room.participant(id) : undefined
  return p ? `${standingOf(p)}${p.name}` : t('room.somebody')
}

export function cardOf(room: Room, e: CourtEvent): Card {
  const kind = e.kind as CardKind
  const b = e.body as unknown as CardBody
  const by = nameOf(room, e.by)
  const evidence = `/cases/${room.id}/evidence`
  const one = b.exhibit ? `/cases/${room.id}/exhibits/${b.exhibit}` : evidence
  const card: Card = { icon: icons[kind], title: '', lines: [], tags: [], ...(kind.startsWith('application') ? {} : { to: one, next: t('card.look') }) }
  const what = `${b.label ?? ''} ${b.name ?? ''}`.trim()
  switch (kind) {
    case 'exhibits_submitted': {
      const list = (b.exhibits ?? []).filter((x) => typeof x === 'object')
      card.title = t('card.exhibits_submitted', { who: side(room, b.party), n: list.length })
      card.lines = list.slice(0, 2).map((x) => `${x.label} ${x.name}`)
      if (list.length > 2) card.lines[1] += t('card.and_more', { n: list.length - 2 })
      card.to = list.length === 1 ? `/cases/${room.id}/exhibits/${list[0]!.id}` : evidence
      card.next = t('card.look_opine')
      if (b.late) card.tags.push({ text: t('card.late'), tone: 'red' })
      break
    }
    case 'opinion_given': {
      card.title = t('card.opinion_given', { who: side(room, b.for), label: b.label })
      card.tags.push(b.objection ? { text: t('card.objection'), tone: 'gold' } : { text: t('card.none'), tone: 'green' })
      const said = b.text || [b.authenticity, b.legality, b.relevance].map((a) => a?.text).filter(Boolean).join('；')
      card.lines = [b.name ?? '', ...(said ? [said] : [])]
      if ((b.version ?? 1) > 1) card.tags.push({ text: t('card.version', { n: b.version }), tone: 'plain' })
      break
    }
    case 'exhibit_withdrawn':
      card.title = t('card.exhibit_withdrawn', { by, label: b.label })
      card.lines = [b.name ?? '', ...(b.reason ? [t('card.reason', { reason: b.reason })] : [])]
      break
    case 'exchange_opened':
    case 'exchange_changed':
      card.title = t(`card.${kind}`)
      card.lines = [b.ends_at ? t('card.ends_at', { at: dateTime(b.ends_at) }) : t('card.until_closed'), ...(b.note ? [b.note] : [])]
      card.next = t('card.look_opine')
      break
    case 'exchange_closed':
      card.title = t('card.exchange_closed')
      card.lines = [b.automatic ? t('card.automatic') : t('card.closed_by', { by }), ...(b.reason ? [b.reason] : [])]
      break
    case 'evidence_deadline_set':
      card.title = b.deadline ? t('card.deadline') : t('card.deadline_lifted')
      card.lines = [`${b.party ? side(room, b.party) : t('card.all_parties')}${b.deadline ? `：${dateTime(b.deadline)}` : ''}`, ...(b.reason ? [b.reason] : [])]
      break
    case 'original_checked':
      card.title = t('card.original_checked', { label: b.label })
      card.lines = [t(`card.state_${b.state}`), ...(b.note ? [b.note] : [])]
      break
    case 'exhibit_ruled':
      card.title = t('card.exhibit_ruled', { label: b.label })
      card.lines = [t(`card.ruling_${b.ruling}`), b.reason ?? '']
      break
    case 'consent_declared':
    case 'stages_transferred':
      card.title = t(`card.${kind}`, { who: side(room, b.for ?? b.party) })
      card.lines = b.reason ? [b.reason] : []
      card.to = `/cases/${room.id}/consents`
      card.next = t('card.look')
      break
    case 'signing_opened':
    case 'signing_signed':
    case 'signing_refused':
    case 'signing_ended':
      card.title = t(b.complete ? 'card.signing_complete' : `card.${kind}`, { who: b.party ? side(room, b.party) : by, name: b.name })
      card.lines = b.reason ? [b.reason] : []
      card.to = `/cases/${room.id}/signings/${b.signing}`
      card.next = t(kind === 'signing_opened' ? 'card.look_sign' : 'card.look')
      break
    case 'paper_copy_requested':
    case 'paper_copy_answered':
      card.title = t(`card.${kind}`, { who: side(room, b.party) })
      card.lines = [b.name ?? '', ...(b.note ? [b.note] : [])]
      card.to = `/cases/${room.id}/copies`
      card.next = t('card.look')
      break
    case 'fee_notice_issued':
    case 'fee_notice_changed':
      card.title = t(`card.${kind}`, { title: b.title })
      card.lines = [kind === 'fee_notice_issued' ? yuan(b.amount ?? 0) : t(`card.fee_${b.status}`), ...(b.due ? [t('card.fee_due', { at: dateTime(b.due) })] : b.reason ? [b.reason] : [])]
      card.to = `/cases/${room.id}/fees`
      card.next = t('card.look')
      break
    case 'document_served':
    case 'document_opened':
    case 'document_confirmed': {
      const to = parseThread(e.thread)
      const recipient = to?.kind === 'service' ? to.participant : ''
      card.title = t(recipient === room.s.me ? `card.my_${kind}` : `card.${kind}`, { who: side(room, recipient) })
      card.lines = [b.title ?? '', ...(b.note ? [b.note] : [])]
      if (b.signature) card.tags.push({ text: t('card.signed'), tone: 'green' })
      card.to = `/cases/${room.id}/documents/${b.document}`
      card.next = t(kind === 'document_served' && recipient === room.s.me ? 'card.look_confirm' : 'card.look')
      break
    }
    case 'document_delivered':
      card.title = t(b.outcome === 'failed' ? 'card.delivery_failed' : 'card.document_delivered', { who: side(room, b.recipient), way: t(`card.way_${b.way}`) })
      card.lines = [b.title ?? '', ...(b.note ? [b.note] : [])]
      card.to = `/cases/${room.id}/documents${b.recipient === room.s.me ? '' : `/${b.document}`}`
      card.next = t('card.look')
      break
    case 'service_address_confirmed':
      card.title = t(b.basis === 'confirmed' ? 'card.address_confirmed' : 'card.address_noted', { who: side(room, b.participant) })
      card.lines = [t(b.electronic ? 'card.electronic' : 'card.not_electronic')]
      card.to = b.participant === room.s.me ? `/cases/${room.id}/address` : `/cases/${room.id}/people/${b.participant}/address`
      card.next = t('card.look')
      break
    case 'hearing_scheduled':
    case 'hearing_postponed':
    case 'hearing_cancelled':
    case 'hearing_moved_offline':
    case 'hearing_opened':
    case 'hearing_started':
    case 'hearing_adjourned':
    case 'hearing_resumed':
    case 'hearing_closed':
      card.title = t(`card.${kind}`)
      card.lines = [...(b.replaced ? [t('card.replaced')] : []), ...(b.at ? [dateTime(b.at)] : []), ...(b.title ? [b.title] : []), ...(b.reason ? [b.reason] : [])].slice(0, 2)
      card.to = `/cases/${room.id}/hearings/${b.hearing}`
      card.next = t(kind === 'hearing_opened' || kind === 'hearing_started' || kind === 'hearing_resumed' ? 'card.look_hearing' : 'card.look')
      break
    case 'hearing_recording_proposed':
    case 'hearing_recording_answered':
      card.title = t(`card.${kind === 'hearing_recording_proposed' ? (b.on ? kind : 'recording_withdrawn') : b.agrees ? 'recording_agreed' : 'recording_declined'}`, { who: side(room, b.party) })
      card.lines = [...(b.title ? [b.title] : []), ...(b.reason ? [b.reason] : [])]
      card.to = `/cases/${room.id}/hearings/${b.hearing}`
      card.next = t(b.on ? 'card.look_answer' : 'card.look')
      break
    case 'hearing_statement':
      card.title = t('card.hearing_statement', { who: b.seat ? side(room, b.seat) : by })
      card.lines = [t(`room.phase_${b.phase}`)]
      card.to = `/cases/${room.id}/hearings/${b.hearing}`
      card.next = t('card.look')
      break
    case 'transcript_presented':
    case 'transcript_reopened':
    case 'transcript_correction_asked':
    case 'transcript_correction_answered':
    case 'transcript_signed':
    case 'transcript_refused':
    case 'transcript_closed': {
      const done = kind === 'transcript_correction_answered' ? (b.granted ? 'transcript_correction_granted' : 'transcript_correction_refused') : b.complete ? 'transcript_complete' : kind
      card.title = t(`card.${replacedKind(done, b)}`, { who: b.seat ? side(room, b.seat) : by })
      card.lines = [...(b.text ? [b.text] : []), ...(b.reason ? [b.reason] : [])]
      card.to = `/cases/${room.id}/hearings/${b.hearing}/transcript`
      card.next = t(kind === 'transcript_presented' ? `card.${replacedKind('look_transcript', b)}` : 'card.look')
      break
    }
    case 'watermark_set':
      card.title = t(b.on ? 'card.mark_on' : 'card.mark_off')
      card.lines = [t(b.on ? 'card.mark_on_text' : 'card.mark_off_text'), ...(b.reason ? [b.reason] : [])]
      break
    case 'review_extended':
      card.title = t('card.review_extended')
      card.lines = [t('card.review_until', { at: shortDate(b.until!) }), ...(b.reason ? [b.reason] : [])]
      card.to = `/cases/${room.id}/details`
      card.next = t('card.look')
      break
    default:
      card.title = t(`card.${kind}`, { by, title: b.title ?? b.name ?? '' })
      if (b.application) {
        card.to = `/cases/${room.id}/applications/${b.application}`
        card.next = t('card.look')
      }
      card.lines = [b.decision, b.note, b.reason].filter((x): x is string => !!x).slice(0, 2)
      if (b.late) card.tags.push({ text: t('card.late'), tone: 'red' })
  }
  if (b.by_court) card.tags.push({ text: t('card.by_court'), tone: 'court' })
  if (!card.lines.length && what) card.lines = [what]
  return card
}
