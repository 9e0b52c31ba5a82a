// Package e2e holds no code: its tests start the real program and hurt it. They kill it, take its database and its Redis
// away, cut its connections and send it rubbish, and then see whether the record still keeps its promises.
package e2e
