import type { FilingKind, Party, Representative, Values } from '@/api/filings'
import { fieldOfType, ours, partiesOf, representativesOf } from './form'

/** Whoever is signed in, as far as forms are filled in with it. */
export interface Filer {
  name: string
  /** Empty where the phone knows a part of it only. */
  phone: string
}

export function newParty(kind: FilingKind, standing: string, id: string): Party {
  const kinds = kind.standings.find((s) => s.key === standing)?.kinds ?? ['person']
  return { id, standing, kind: (kinds[0] ?? 'person') as Party['kind'], name: '' }
}

export function newRepresentative(kind: string, id: string, forWhom: string[]): Representative {
  return { id, kind, name: '', for: forWhom }
}

const withoutSelf = <T extends { self?: boolean }>(x: T): T => {
  if (!x.self) return x
  const { self: _, ...rest } = x
  return rest as T
}

/**
 * Makes the people fit the capacity in which somebody files: exactly one of them is who files, and there is at least somebody on each side to fill in. Gives the values that change; none where all fits.
 */
export function settle(kind: FilingKind, values: Values, me: Filer, newId: () => string): Values {
  const [pKey, rKey] = [fieldOfType(kind, 'parties')!.key, fieldOfType(kind, 'representatives')!.key]
  const before = { p: partiesOf(kind, values), r: representativesOf(kind, values) }
  let parties = before.p
  let representatives = before.r
  for (const s of kind.standings) {
    const missing = s.min - parties.filter((p) => p.standing === s.key).length
    for (let i = 0; i < missing; i++) parties = [...parties, newParty(kind, s.key, newId())]
  }
  const capacity = values.capacity
  const asParty = capacity === 'self' ? 'person' : capacity === 'organisation' ? 'organisation' : ''
  if (asParty) {
    representatives = representatives.map(withoutSelf)
    const fits = (p: Party) => ours(kind, p) && p.kind === asParty
    const chosen = parties.find((p) => p.self && fits(p)) ?? parties.find((p) => fits(p) && (asParty === 'organisation' || !p.name || p.name === me.name)) ?? parties.find((p) => ours(kind, p) && !p.name.trim())
    if (chosen) {
      parties = parties.map((p) => {
        if (p.id !== chosen.id) return withoutSelf(p)
        if (p.self && p.kind === asParty) return p
        return asParty === 'person'
          ? { ...p, kind: asParty, self: true, name: p.name || me.name, ...(p.phone || !me.phone ? {} : { phone: me.phone }) }
          : { ...p, kind: asParty, self: true, ...(p.legal_name ? {} : { legal_name: me.name }) }
      })
    } else {
      const first = kind.standings.find((s) => s.side === 'applicant')!
      const mine: Party = { ...newParty(kind, first.key, newId()), kind: asParty, self: true, ...(asParty === 'person' ? { name: me.name, ...(me.phone ? { phone: me.phone } : {}) } : { legal_name: me.name }) }
      parties = [mine, ...parties.map(withoutSelf)]
    }
  } else if (capacity === 'statutory' || capacity === 'agent') {
    parties = parties.map(withoutSelf)
    const fits = (r: Representative) => (capacity === 'statutory') === (r.kind === 'statutory')
    const chosen = representatives.find((r) => r.self && fits(r)) ?? representatives.find((r) => fits(r) && r.name === me.name)
    if (chosen) representatives = representatives.map((r) => (r.id === chosen.id ? (r.self ? r : { ...r, self: true }) : withoutSelf(r)))
    else {
      const whom = parties.filter((p) => ours(kind, p)).map((p) => p.id).slice(0, 1)
      const mine: Representative = { ...newRepresentative(capacity === 'statutory' ? 'statutory' : 'lawyer', newId(), whom), name: me.name, self: true, ...(me.phone ? { phone: me.phone } : {}) }
      representatives = [mine, ...representatives.map(withoutSelf)]
    }
  }
  const same = <T>(a: T[], b: T[]) => a.length === b.length && a.every((x, i) => x === b[i])
  return { ...(same(parties, before.p) ? {} : { [pKey]: parties }), ...(same(representatives, before.r) ? {} : { [rKey]: representatives }) }
}

/** Marks one as who files, and nobody else. */
export function markSelf<T extends { id: string; self?: boolean }>(list: readonly T[], id: string): T[] {
  return list.map((x) => (x.id === id ? { ...x, self: true } : withoutSelf(x)))
}
