package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"microcourt/api"
	"microcourt/hub"
	"microcourt/store"
)

// The unsafe server is this test program, started anew with these in its environment: a hub on an SQLite record that doesn't
// wait for the disk. It shows that the test of P1 on the disk can fail; the product itself has no such switch.
const (
	unsafeDatabase = "MICROCOURT_E2E_UNSAFE_DATABASE"
	unsafeKeyFile  = "MICROCOURT_E2E_UNSAFE_KEY"
	unsafeListen   = "MICROCOURT_E2E_UNSAFE_LISTEN"
)

func serveUnsafe() {
	if err := runUnsafe(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func runUnsafe() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	keys, err := store.OpenKeys(os.Getenv(unsafeKeyFile))
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Config{Database: os.Getenv(unsafeDatabase), Keys: keys, NoticeVersion: "v1", Unsafe: true})
	if err != nil {
		return err
	}
	defer s.Close()
	h := hub.New(hub.Config{Store: s, Version: "unsafe"})
	defer h.Close()
	a, err := api.New(api.Config{Hub: h, Store: s})
	if err != nil {
		return err
	}
	server := &http.Server{Addr: os.Getenv(unsafeListen), Handler: a.Handler()}
	go func() { // ends with ListenAndServe
		<-ctx.Done()
		server.Close()
	}()
	server.ListenAndServe()
	return nil
}
