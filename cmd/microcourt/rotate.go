package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"microcourt/store"
)

// rotateKeyCmd puts a new data key in force. All nodes are stopped meanwhile.
type rotateKeyCmd struct{ recordFlags }

func (c rotateKeyCmd) Run(ctx context.Context, s streams) (err error) {
	cfg, err := c.config(c.logger(s.err))
	if err != nil {
		return err
	}
	if !store.IsPostgreSQL(cfg.Database) {
		lock, err := lockFile(cfg.Database + ".serve")
		if err != nil {
			return err
		}
		defer lock.Close()
	}
	rows, err := c.rotate(ctx, cfg)
	if errors.Is(err, errKeyAppended) {
		if cfg, err = c.config(c.logger(s.err)); err == nil {
			rows, err = c.rotate(ctx, cfg)
		}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "A new data key is in force; %d rows were sealed with it. Back up %s now, and keep the keys of before in it: the record's own addresses and older backups need them.\n", rows, c.keyFile())
	return nil
}

// errKeyAppended says that a key was added to the file, which has to be read anew.
var errKeyAppended = errors.New("a key was added")

// rotate puts the key that waits in the file in force: one of a change that was broken off is taken before another is made.
func (c rotateKeyCmd) rotate(ctx context.Context, cfg store.Config) (rows int, err error) {
	st, err := store.Open(ctx, cfg)
	if err != nil {
		return 0, err
	}
	defer st.Close()
	place, err := st.TakeNodePlace(ctx, false)
	if errors.Is(err, store.ErrNodeConflict) {
		return 0, errors.New("nodes run on this database: stop all of them before the key is changed")
	}
	if err != nil {
		return 0, err
	}
	defer place.Release()
	if !st.KeyWaits() {
		if err := store.AppendKey(c.keyFile()); err != nil {
			return 0, fmt.Errorf("add a key to %s: %w", c.keyFile(), err)
		}
		return 0, errKeyAppended
	}
	return st.RotateKeys(ctx, store.By{Address: "console"})
}

// keyFile names the file of the data key.
func (f recordFlags) keyFile() string {
	if f.DataKeyFile != "" {
		return f.DataKeyFile
	}
	return filepath.Join(f.Data, "key")
}
