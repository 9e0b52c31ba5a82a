/** How many gates of rooms are on the page: they say by themselves that I have to switch my capacity first. */
export const gates = { n: 0 }
