import { createRouter, createWebHistory, type RouteLocation, type RouteRecordRaw } from 'vue-router'
import { remembered, useSession } from './account/session'

declare module 'vue-router' {
  interface RouteMeta {
    open?: boolean // needs nobody to be signed in
    tab?: boolean // shows the bottom navigation
    wide?: boolean // uses the whole width of a desktop
    full?: boolean // is as high as the screen and scrolls inside
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/sign-in', component: () => import('./account/SignIn.vue'), meta: { open: true } },
  { path: '/', component: () => import('./home/Home.vue'), meta: { tab: true } },
  { path: '/mine', component: () => import('./account/Mine.vue'), meta: { tab: true } },
  { path: '/mine/devices', component: () => import('./account/Devices.vue') },
  { path: '/mine/look', component: () => import('./account/Look.vue') },
  { path: '/mine/password', component: () => import('./staff/Password.vue') },
  { path: '/mine/totp', component: () => import('./staff/Totp.vue') },
  { path: '/mine/help', component: () => import('./account/Help.vue'), meta: { open: true } },
  { path: '/cases', component: () => import('./cases/CaseList.vue'), meta: { wide: true } },
  { path: '/cases/:case', component: () => import('./room/RoomPage.vue'), props: true, meta: { wide: true, full: true } },
  { path: '/cases/:case/notice', component: () => import('./room/FirstNotice.vue'), props: true },
  { path: '/cases/:case/details', component: () => import('./cases/Details.vue'), props: true },
  { path: '/cases/:case/search', component: () => import('./room/SearchPage.vue'), props: true },
  { path: '/cases/:case/with', component: () => import('./room/PeerList.vue'), props: true },
  { path: '/cases/:case/with/:peer', component: () => import('./room/PrivatePage.vue'), props: true, meta: { full: true } },
  { path: '/staff', component: () => import('./staff/StaffList.vue'), meta: { wide: true } },
  { path: '/audit', component: () => import('./staff/Audit.vue'), meta: { wide: true } },
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

// After an update a page's file may be gone from the server: load the new page once.
router.onError((err, to) => {
  if (!/dynamically imported module|Importing a module|preload/i.test(String(err))) return
  const last = Number(sessionStorage.getItem('microcourt.reloaded') ?? 0)
  if (Date.now() - last < 10_000 || !navigator.onLine) return
  sessionStorage.setItem('microcourt.reloaded', String(Date.now()))
  location.assign(to.fullPath)
})
