package hub

import (
	"log/slog"

	"microcourt/store"
)

// Hub holds the live rooms of one node.
type Hub struct {
	store *store.Store
	log   *slog.Logger
}

// Config is what a hub needs.
type Config struct {
	Store *store.Store
	Log   *slog.Logger
}

// New makes a hub on a store.
func New(cfg Config) *Hub {
	return &Hub{store: cfg.Store, log: cfg.Log}
}
