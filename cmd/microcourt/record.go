package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/calc"
)

// recordFlags say where the record is. All commands that open it have them.
type recordFlags struct {
	Data        string `default:"./var" type:"path" help:"Folder for everything that is kept: database, files, keys."`
	Database    string `help:"postgres://... for PostgreSQL, or the path of an SQLite file (default DATA/microcourt.db)."`
	DataKeyFile string `help:"File with the key that personal data is sealed with; made if missing (default DATA/key). Losing it loses that data." type:"path"`
	SealKeyFile string `help:"File with the key that signs the heads of the sealed record; made if missing (default DATA/seal-key). The same on every node, never in the database." type:"path"`
	PushKeyFile string `help:"File with the key that push messages are signed with; made if missing (default DATA/push-key). The same on every node: a new one ends all subscriptions." type:"path"`
	Notices     string `help:"File with the texts that people accept, approved by the court, in place of the built-in ones and in the same form." type:"path"`
	Figures     string `help:"File with this court's own figures: holidays and loan prime rates announced since, and its fees where the law leaves a range." type:"path"`
	LogFormat   string `enum:"text,json" default:"text" help:"${enum}."`
	LogLevel    string `enum:"debug,info,warn,error" default:"info" help:"${enum}."`
}

func (f recordFlags) logger(w io.Writer) *slog.Logger {
	var level slog.Level
	level.UnmarshalText([]byte(f.LogLevel)) // kong has checked it
	options := &slog.HandlerOptions{Level: level}
	if f.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// database names the database; for SQLite it is a path.
func (f recordFlags) database() string {
	if f.Database != "" {
		return f.Database
	}
	return filepath.Join(f.Data, "microcourt.db")
}

// sealKeyFile names the file of the key that signs heads.
func (f recordFlags) sealKeyFile() string {
	if f.SealKeyFile != "" {
		return f.SealKeyFile
	}
	return filepath.Join(f.Data, "seal-key")
}

// pushKeyFile names the file of the key for push messages.
func (f recordFlags) pushKeyFile() string {
	if f.PushKeyFile != "" {
		return f.PushKeyFile
	}
	return filepath.Join(f.Data, "push-key")
}

// config prepares opening the record: it makes the data folder and, at first, the key.
func (f recordFlags) config(log *slog.Logger) (store.Config, error) {
	if err := os.MkdirAll(f.Data, 0o700); err != nil {
		return store.Config{}, fmt.Errorf("the data folder can't be made: %w; choose another with --data", err)
	}
	keys, err := store.OpenKeys(f.keyFile())
	if err != nil {
		return store.Config{}, fmt.Errorf("the data key can't be used: %w; see --data-key-file", err)
	}
	notices, err := f.notices()
	if err != nil {
		return store.Config{}, err
	}
	return store.Config{Database: f.database(), Keys: keys, NoticeVersion: notices[court.NoticeFirstEntry].Version, Log: log}, nil
}

// notices gives the texts that people accept.
func (f recordFlags) notices() (court.Notices, error) {
	if f.Notices == "" {
		return court.DefaultNotices(), nil
	}
	text, err := os.ReadFile(f.Notices)
	if err != nil {
		return nil, fmt.Errorf("the notices can't be read: %w; see --notices", err)
	}
	notices, err := court.ParseNotices(string(text))
	if err != nil {
		return nil, fmt.Errorf("the notices in %s can't be used: %w; the built-in file shows the form", f.Notices, err)
	}
	for key, n := range court.DefaultNotices() { // a file that was written for an earlier program lacks what came later
		if _, ok := notices[key]; !ok {
			notices[key] = n
		}
	}
	return notices, nil
}

// figures gives the announced figures that are calculated with.
func (f recordFlags) figures() (*calc.Figures, error) {
	if f.Figures == "" {
		return calc.Default(), nil
	}
	text, err := os.ReadFile(f.Figures)
	if err != nil {
		return nil, fmt.Errorf("the figures can't be read: %w; see --figures", err)
	}
	figures, err := calc.ParseFigures(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; see --figures", f.Figures, err)
	}
	return figures, nil
}

// do opens the record and a hub on it for one command. While another process serves the same record, that one notices what changed.
func (f recordFlags) do(ctx context.Context, s streams, accounts hub.AccountConfig, command func(h *hub.Hub, st *store.Store) error) error {
	log := f.logger(s.err)
	cfg, err := f.config(log)
	if err != nil {
		return err
	}
	st, err := store.Open(ctx, cfg)
	if err != nil {
		return err
	}
	notices, err := f.notices()
	if err != nil {
		st.Close()
		return err
	}
	h := hub.New(hub.Config{Store: st, Notices: notices, Log: log, Version: fullVersion(), Accounts: accounts})
	err = command(h, st)
	h.Close()
	if closeErr := st.Close(); err == nil {
		err = closeErr
	}
	return err
}

type migrateCmd struct{ recordFlags }

func (c migrateCmd) Run(ctx context.Context, s streams) error {
	cfg, err := c.config(c.logger(s.err))
	if err != nil {
		return err
	}
	st, err := store.Open(ctx, cfg)
	if err != nil {
		return err
	}
	schema := st.Schema()
	if schema.Was == schema.Is {
		fmt.Fprintf(s.out, "The schema is at version %d already.\n", schema.Is)
	} else {
		fmt.Fprintf(s.out, "The schema went from version %d to %d.\n", schema.Was, schema.Is)
	}
	return st.Close()
}
