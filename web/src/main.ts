import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { i18n, startLang } from './i18n'
import { router } from './router'
import { startLook } from './ui/settings'
import { startUpdates } from './ui/updates'
import './ui/theme.css'
import './ui/icons.css'
import './ui/shapes.css'

startLook()
void startLang().then(() => {
  createApp(App).use(createPinia()).use(i18n).use(router).mount('#app')
  startUpdates()
})
