import { createRouter, createWebHistory, type RouteLocation, type RouteRecordRaw } from 'vue-router'
import { remembered, useSession } from './account/session'
import SignIn from './account/SignIn.vue'
import CaseList from './cases/CaseList.vue'
import Home from './home/Home.vue'
import { needWords, type Part } from './i18n'
import { useLive } from './record/live'

declare module 'vue-router' {
  interface RouteMeta {
    open?: boolean // needs nobody to be signed in
    tab?: boolean // shows the bottom navigation
    wide?: boolean // uses the whole width of a desktop
    room?: boolean // shows what the phone holds of a case
    full?: boolean // is as high as the screen and scrolls inside
  }
}

/** A page that is fetched when it is gone to, together with the words that stand on it. */
function later<T>(load: () => Promise<T>, ...words: Part[]): () => Promise<T> {
  return async () => (await Promise.all([load(), ...words.map(needWords)]))[0]
}

// The pages that people come in by are part of the first load.
const routes: RouteRecordRaw[] = [
  { path: '/sign-in', component: SignIn, meta: { open: true } },
  { path: '/', component: Home, meta: { tab: true } },
  { path: '/cases', component: CaseList, meta: { wide: true } },
  { path: '/mine', component: later(() => import('./account/Mine.vue'), 'account', 'staff'), meta: { tab: true } },
  { path: '/mine/devices', component: later(() => import('./account/Devices.vue'), 'account') },
  { path: '/mine/look', component: later(() => import('./account/Look.vue'), 'account') },
  { path: '/mine/notify', component: later(() => import('./account/Notify.vue'), 'account') },
  { path: '/mine/password', component: later(() => import('./staff/Password.vue'), 'staff') },
  { path: '/mine/totp', component: later(() => import('./staff/Totp.vue'), 'staff') },
  { path: '/mine/signature', component: later(() => import('./signature/SignaturePage.vue'), 'application') },
  { path: '/mine/identity', component: later(() => import('./identity/IdentityPage.vue'), 'proof') },
  { path: '/mine/identity/prove', component: later(() => import('./identity/ProvePage.vue'), 'application', 'proof') },
  { path: '/mine/security', component: later(() => import('./account/Security.vue'), 'account', 'security') },
  { path: '/mine/security/phone', component: later(() => import('./account/ChangePhone.vue'), 'security') },
  { path: '/mine/security/theft', component: later(() => import('./account/Theft.vue'), 'security') },
  { path: '/mine/security/log', component: later(() => import('./account/AccountLog.vue'), 'security') },
  { path: '/account-help', component: later(() => import('./account/LostAccess.vue'), 'security'), meta: { open: true } },
  { path: '/account-help/theft', component: later(() => import('./account/TellTheft.vue'), 'security'), meta: { open: true } },
  { path: '/mine/organisations', component: later(() => import('./organisation/OrganisationList.vue'), 'organisation') },
  { path: '/mine/organisations/bind', component: later(() => import('./organisation/BindPage.vue'), 'organisation', 'proof') },
  { path: '/mine/help', component: later(() => import('./account/Help.vue'), 'help'), meta: { open: true } },
  { path: '/cases/:case', component: later(() => import('./room/RoomPage.vue'), 'room'), props: true, meta: { room: true, wide: true, full: true } },
  { path: '/cases/:case/notice', component: later(() => import('./room/FirstNotice.vue'), 'room'), props: true, meta: { room: true } },
  { path: '/cases/:case/details', component: later(() => import('./cases/Details.vue'), 'room', 'filingdesk'), props: true, meta: { room: true } },
  { path: '/cases/:case/applications', component: later(() => import('./application/ApplicationList.vue'), 'room', 'application'), props: true, meta: { room: true } },
  { path: '/cases/:case/applications/new', component: later(() => import('./application/KindList.vue'), 'room', 'evidence', 'application'), props: true, meta: { room: true } },
  { path: '/cases/:case/applications/draft/:draft', component: later(() => import('./application/ApplyPage.vue'), 'room', 'evidence', 'application'), props: true, meta: { room: true } },
  { path: '/cases/:case/applications/:application', component: later(() => import('./application/ApplicationPage.vue'), 'room', 'evidence', 'application'), props: true, meta: { room: true } },
  { path: '/cases/:case/fees', component: later(() => import('./fees/CaseFees.vue'), 'room', 'tools', 'fees'), props: true, meta: { room: true } },
  { path: '/cases/:case/consents', component: later(() => import('./agreement/ConsentPage.vue'), 'room', 'agreement'), props: true, meta: { room: true } },
  { path: '/cases/:case/signings', component: later(() => import('./agreement/SigningList.vue'), 'room', 'agreement'), props: true, meta: { room: true } },
  { path: '/cases/:case/signings/:signing', component: later(() => import('./agreement/SigningPage.vue'), 'room', 'evidence', 'agreement'), props: true, meta: { room: true } },
  { path: '/cases/:case/file', component: later(() => import('./efile/FilePage.vue'), 'room', 'evidence', 'agreement'), props: true, meta: { room: true } },
  { path: '/cases/:case/copies', component: later(() => import('./agreement/CopiesPage.vue'), 'room', 'agreement'), props: true, meta: { room: true } },
  { path: '/cases/:case/bench', component: later(() => import('./desk/BenchPage.vue'), 'room', 'evidence', 'application', 'documents', 'agreement', 'fees', 'desk'), props: true, meta: { room: true, wide: true } },
  { path: '/cases/:case/documents', component: later(() => import('./documents/CaseDocuments.vue'), 'room', 'evidence', 'documents'), props: true, meta: { room: true, wide: true } },
  { path: '/cases/:case/documents/:document', component: later(() => import('./documents/DocumentPage.vue'), 'room', 'evidence', 'documents', 'agreement'), props: true, meta: { room: true } },
  { path: '/cases/:case/documents/serve/:draft', component: later(() => import('./documents/ServePage.vue'), 'room', 'evidence', 'documents'), props: true, meta: { room: true } },
  { path: '/cases/:case/address', component: later(() => import('./documents/AddressPage.vue'), 'room', 'documents'), props: true, meta: { room: true } },
  { path: '/cases/:case/people/:participant/address', component: later(() => import('./documents/AddressPage.vue'), 'room', 'documents'), props: true, meta: { room: true } },
  { path: '/cases/:case/hearings', component: later(() => import('./hearing/HearingList.vue'), 'room', 'hearing'), props: true, meta: { room: true } },
  { path: '/cases/:case/hearings/:hearing', component: later(() => import('./hearing/HearingPage.vue'), 'room', 'evidence', 'hearing', 'transcript'), props: true, meta: { room: true, wide: true } },
  { path: '/cases/:case/hearings/:hearing/attendance', component: later(() => import('./hearing/AttendancePage.vue'), 'room', 'evidence', 'hearing'), props: true, meta: { room: true } },
  { path: '/cases/:case/hearings/:hearing/recording', component: later(() => import('./hearing/PlayerPage.vue'), 'room', 'evidence', 'hearing'), props: true, meta: { room: true, wide: true } },
  { path: '/cases/:case/hearings/:hearing/transcript', component: later(() => import('./transcript/TranscriptPage.vue'), 'room', 'evidence', 'hearing', 'transcript'), props: true, meta: { room: true, wide: true } },
  { path: '/cases/:case/search', component: later(() => import('./room/SearchPage.vue'), 'room'), props: true, meta: { room: true } },
  { path: '/cases/:case/with', component: later(() => import('./room/PeerList.vue'), 'room'), props: true, meta: { room: true } },
  { path: '/cases/:case/with/:peer', component: later(() => import('./room/PrivatePage.vue'), 'room'), props: true, meta: { room: true, full: true } },
  { path: '/cases/:case/evidence', component: later(() => import('./evidence/EvidencePage.vue'), 'room', 'evidence'), props: true, meta: { room: true, wide: true } },
  { path: '/cases/:case/evidence/submit/:draft', component: later(() => import('./evidence/SubmitPage.vue'), 'room', 'evidence'), props: true, meta: { room: true } },
  { path: '/cases/:case/exhibits/:exhibit', component: later(() => import('./evidence/ExhibitPage.vue'), 'room', 'evidence'), props: true, meta: { room: true } },
  { path: '/cases/:case/exhibits/:exhibit/opinion', component: later(() => import('./evidence/OpinionPage.vue'), 'room', 'evidence'), props: true, meta: { room: true } },
  { path: '/cases/:case/submissions/:submission/receipt', component: later(() => import('./evidence/ReceiptPage.vue'), 'room', 'evidence'), props: true, meta: { room: true } },
  { path: '/hearings', component: later(() => import('./hearing/MyHearings.vue'), 'hearing') },
  { path: '/hearings/:hearing', component: later(() => import('./hearing/SittingPage.vue'), 'room', 'hearing'), props: true, meta: { room: true, wide: true } },
  { path: '/hearings/:hearing/testimony', component: later(() => import('./transcript/TestimonyPage.vue'), 'hearing', 'transcript'), props: true },
  { path: '/desk', component: later(() => import('./desk/Desk.vue'), 'room', 'evidence', 'desk'), meta: { room: true, wide: true } },
  { path: '/fees', component: later(() => import('./fees/MyFees.vue'), 'fees') },
  { path: '/tools', component: later(() => import('./tools/ToolList.vue'), 'tools'), meta: { open: true } },
  { path: '/tools/write/:form', component: later(() => import('./tools/PleadingPage.vue'), 'evidence', 'application', 'tools'), props: true, meta: { open: true } },
  { path: '/tools/:tool', component: later(() => import('./tools/ToolPage.vue'), 'tools'), props: true, meta: { open: true } },
  { path: '/courts', component: later(() => import('./courts/CourtList.vue'), 'tools'), meta: { open: true } },
  { path: '/courts/:court', component: later(() => import('./courts/CourtPage.vue'), 'room', 'tools'), props: true, meta: { open: true } },
  { path: '/guide', component: later(() => import('./guide/GuideList.vue'), 'guide'), meta: { open: true } },
  { path: '/guide/:page', component: later(() => import('./guide/GuidePage.vue'), 'guide'), props: true, meta: { open: true } },
  { path: '/guide/:page/edit', component: later(() => import('./guide/GuideEdit.vue'), 'guide'), props: true },
  { path: '/risk', component: later(() => import('./risk/RiskList.vue'), 'guide'), meta: { open: true } },
  { path: '/risk/reports/:report', component: later(() => import('./risk/ReportPage.vue'), 'room', 'evidence', 'guide'), props: true },
  { path: '/risk/:dispute', component: later(() => import('./risk/RiskPage.vue'), 'guide'), props: true, meta: { open: true } },
  { path: '/filings', component: later(() => import('./filing/FilingList.vue'), 'filing') },
  { path: '/filings/new', component: later(() => import('./filing/NewFiling.vue'), 'filing') },
  { path: '/filings/draft/:draft', component: later(() => import('./filing/DraftPage.vue'), 'evidence', 'application', 'documents', 'filing'), props: true },
  { path: '/filings/:filing', component: later(() => import('./filing/FilingPage.vue'), 'evidence', 'filing'), props: true },
  { path: '/documents', component: later(() => import('./documents/FoundDocuments.vue'), 'room', 'documents'), meta: { room: true, wide: true } },
  { path: '/filing-desk', component: later(() => import('./filing/desk/QueuePage.vue'), 'filing', 'filingdesk'), meta: { wide: true } },
  { path: '/filing-desk/:filing', component: later(() => import('./filing/desk/DeskFilingPage.vue'), 'evidence', 'documents', 'filing', 'filingdesk'), props: true, meta: { wide: true } },
  { path: '/proofings', component: later(() => import('./identity/desk/QueuePage.vue'), 'proof', 'review') },
  { path: '/proofings/:proofing', component: later(() => import('./identity/desk/ReviewPage.vue'), 'proof', 'review'), props: true, meta: { wide: true } },
  { path: '/theft-reports', component: later(() => import('./identity/desk/TheftsPage.vue'), 'review') },
  { path: '/organisation-bindings', component: later(() => import('./organisation/desk/QueuePage.vue'), 'organisation') },
  { path: '/organisation-bindings/:binding', component: later(() => import('./organisation/desk/BindingPage.vue'), 'organisation', 'review'), props: true, meta: { wide: true } },
  { path: '/staff', component: later(() => import('./staff/StaffList.vue'), 'staff'), meta: { wide: true } },
  { path: '/audit', component: later(() => import('./staff/Audit.vue'), 'staff'), meta: { wide: true } },
  { path: '/:rest(.*)*', component: () => import('./home/NotFound.vue'), meta: { open: true } },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

/** Lets the files of the first page travel while the server is asked who this is. */
function fetchAhead(to: RouteLocation) {
  const page = to.meta.open || remembered() ? to : router.resolve('/sign-in')
  const load = page.matched[0]?.components?.default
  if (typeof load === 'function') void (load as () => Promise<unknown>)().catch(() => {}) // the router says what is wrong
}

router.beforeEach(async (to) => {
  const session = useSession()
  if (!session.known) {
    fetchAhead(to)
    await session.load().catch(() => {})
  }
  if (!session.me && !to.meta.open) return { path: '/sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  if (session.me && to.path === '/sign-in') return '/'
  return true
})

router.beforeResolve(async (to) => {
  const { me, isAdmin } = useSession()
  if (to.meta.room && me && !isAdmin) await useLive().ready(me)
})

// After an update a page's file may be gone from the server: load the new page once.
router.onError((err, to) => {
  if (!/dynamically imported module|Importing a module|preload/i.test(String(err))) return
  const last = Number(sessionStorage.getItem('microcourt.reloaded') ?? 0)
  if (Date.now() - last < 10_000 || !navigator.onLine) return
  sessionStorage.setItem('microcourt.reloaded', String(Date.now()))
  location.assign(to.fullPath)
})
