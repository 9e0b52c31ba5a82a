import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { startLang } from './i18n'
import { router } from './router'
import { startLook } from './ui/settings'
import { startUpdates } from './ui/updates'
import './ui/theme.css'
import './ui/icons.css'
import './ui/shapes.css'

startLook()
startLang()
createApp(App).use(createPinia()).use(router).mount('#app')
startUpdates()
