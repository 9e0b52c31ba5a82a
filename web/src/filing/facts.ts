import type { Cause, FilingField, FilingForms, FilingKind, Ground, Material, Party, Representative, ServiceAddress, Values } from '@/api/filings'
import { t } from '@/i18n'
import { inLang } from '@/i18n/text'
import { yuan } from '@/ui/money'
import { fieldsOf, listOf, partiesOf, recordOf, slotsOf, textOf, type Known } from './form'
import { day, nameOf } from './words'

/** One thing that was filled in, in words. */
export interface Fact {
  label: string
  text: string
  num?: boolean
}
/** What belongs together and is spoken of by one path: a field, a person, or the files of a material. */
export interface FactGroup {
  path: string
  name: string
  facts: Fact[]
  /** Words of their own, as they were written. */
  long?: string
  files?: Material[]
}
export interface FactStep {
  key: string
  name: string
  groups: FactGroup[]
}

/** What the words of values depend on. */
export interface FactContext {
  kind: FilingKind
  forms: FilingForms
  grounds: readonly Ground[]
  cause?: Cause | undefined
}

/** What was filled in, in the form's own order; what was left out is left out. Needs the words of `filing` and `documents`. */
export function factsOf(c: FactContext, values: Values): FactStep[] {
  const known: Known = { cause: c.cause, grounds: c.grounds }
  return c.kind.steps
    .map((s) => ({ key: s.key, name: inLang(s.name), groups: fieldsOf(s, c.kind, values, known).flatMap((f) => groupsOf(c, known, values, f)) }))
    .filter((s) => s.groups.length > 0)
}

function groupsOf(c: FactContext, known: Known, values: Values, f: FilingField): FactGroup[] {
  const v = values[f.key]
  const name = inLang(f.name)
  const one = (text: string, num = false): FactGroup[] => (text ? [{ path: f.key, name, facts: [{ label: name, text, ...(num ? { num } : {}) }] }] : [])
  switch (f.type) {
    case 'textarea':
      return textOf(v) ? [{ path: f.key, name, facts: [], long: textOf(v) }] : []
    case 'date':
      return one(textOf(v) && day(textOf(v)), true)
    case 'money':
      return typeof v === 'number' ? one(yuan(v), true) : []
    case 'switch':
      return one(t(v === true ? 'filing.yes' : 'filing.no'))
    case 'select':
      return one(nameOf(f.options ?? [], textOf(v)))
    case 'multiselect':
      return one(listOf<string>(v).map((k) => nameOf(f.options ?? [], k)).join('；'))
    case 'docket':
      return one(textOf(v), true)
    case 'notice':
      return textOf(v) ? one(t('filing.notice_version', { v: textOf(v) })) : []
    case 'cause':
      return one(c.cause?.name ?? textOf(v))
    case 'grounds': {
      const chosen = c.grounds.filter((g) => listOf<string>(v).includes(g.key))
      return chosen.length ? [{ path: f.key, name, facts: chosen.map((g) => ({ label: `${inLang(g.law)}${g.item}`, text: g.text })) }] : []
    }
    case 'parties':
      return listOf<Party>(v).map((p, i) => ({ path: `${f.key}[${i}]`, name: `${nameOf(c.kind.standings, p.standing)} ${p.name}`.trim(), facts: partyFacts(c, p) }))
    case 'representatives':
      return listOf<Representative>(v).map((r, i) => ({ path: `${f.key}[${i}]`, name: `${nameOf(c.forms.representative_kinds, r.kind)} ${r.name}`.trim(), facts: representativeFacts(c, values, r) }))
    case 'materials':
      return slotsOf(c.kind, values, known)
        .map((s) => ({ path: `${f.key}.${s.key}`, name: inLang(s.name), facts: [], files: listOf<Material>(v).filter((m) => m.slot === s.key) }))
        .filter((g) => g.files.length > 0)
    case 'service_address':
      return addressFacts(f, name, recordOf<ServiceAddress>(v))
    case 'consents': {
      const said = recordOf<Record<string, boolean>>(v)
      const facts = c.forms.stages.filter((s) => typeof said[s.key] === 'boolean').map((s) => ({ label: inLang(s.name), text: t(said[s.key] ? 'filing.agree' : 'filing.disagree') }))
      return facts.length ? [{ path: f.key, name, facts }] : []
    }
  }
  return one(textOf(v))
}

const fact = (label: string, text: string | undefined, num = false): Fact[] => (text ? [{ label, text, ...(num ? { num } : {}) }] : [])
const documentName = (forms: FilingForms, type: string | undefined) => {
  const d = [...forms.documents, ...forms.organisation_codes].find((x) => x.key === type)
  return d ? inLang(d) : t('filing.id_number')
}

function partyFacts(c: FactContext, p: Party): Fact[] {
  const organisation = p.kind === 'organisation'
  return [
    ...(p.self ? fact(t('filing.me'), t('filing.yes')) : []),
    ...fact(documentName(c.forms, p.id_type), p.id_number, true),
    ...fact(t('filing.gender'), p.gender ? t(`filing.${p.gender}`) : ''),
    ...fact(t('filing.born_on'), p.born_on ? day(p.born_on) : '', true),
    ...fact(t('filing.nation'), p.nation),
    ...fact(t('filing.phone'), p.phone, true),
    ...fact(t(organisation ? 'filing.office' : 'filing.address'), p.address),
    ...fact(t('filing.legal_name'), p.legal_name),
    ...fact(t('filing.legal_post'), p.legal_post),
    ...fact(t('filing.original'), p.original),
  ]
}

function representativeFacts(c: FactContext, values: Values, r: Representative): Fact[] {
  const whom = partiesOf(c.kind, values).filter((p) => r.for?.includes(p.id)).map((p) => p.name)
  return [
    ...(r.self ? fact(t('filing.me'), t('filing.yes')) : []),
    ...fact(t('filing.for_whom'), whom.join('、')),
    ...fact(documentName(c.forms, r.id_type), r.id_number, true),
    ...fact(t('filing.phone'), r.phone, true),
    ...fact(t('filing.address'), r.address),
    ...fact(t('filing.firm'), r.firm),
    ...fact(t('filing.licence'), r.licence, true),
    ...fact(t('filing.authority'), r.authority ? t(`filing.authority_${r.authority}`) : ''),
    ...fact(t('filing.powers'), listOf<string>(r.powers).map((k) => nameOf(c.forms.powers, k)).join('、')),
  ]
}

function addressFacts(f: FilingField, name: string, a: Partial<ServiceAddress>): FactGroup[] {
  if (!a.recipient && !a.street) return []
  return [{
    path: f.key,
    name,
    facts: [
      ...fact(t('address.recipient'), a.recipient),
      ...fact(t('address.phone'), a.phone, true),
      ...fact(t('address.post'), `${a.region ?? ''}${a.street ?? ''} ${a.postcode ?? ''}`.trim()),
      ...fact(t('address.email'), a.email),
      ...fact(t('address.delegated'), a.delegate ? t('address.delegate_is', { ...a.delegate }) : ''),
      ...fact(t('address.electronic'), t(a.electronic ? (a.decisions ? 'address.agreed_all' : 'address.agreed_some') : 'address.not_agreed')),
    ],
  }]
}
