package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"golang.org/x/term"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

type staffCmd struct {
	Add     staffAddCmd     `cmd:"" help:"Make an account. The password is asked for, or read from standard input."`
	List    staffListCmd    `cmd:"" help:"List the accounts."`
	Disable staffDisableCmd `cmd:"" help:"Disable an account and end its sessions."`
	Enable  staffEnableCmd  `cmd:"" help:"Enable a disabled account."`
	Passwd  staffPasswdCmd  `cmd:"" help:"Set an account's password and end its sessions."`
}

type staffAddCmd struct {
	recordFlags
	Login string `arg:"" help:"Name to sign in with: a-z, 0-9, . - _"`
	Name  string `required:"" help:"The person's name." env:"-"`
	Role  string `required:"" enum:"judge,clerk,admin" help:"${enum}." env:"-"`
}

func (c staffAddCmd) Run(ctx context.Context, s streams) error {
	password, err := askPassword(s)
	if err != nil {
		return err
	}
	return c.do(ctx, s, hub.AccountConfig{}, func(h *hub.Hub, _ *store.Store) error {
		if _, err := hub.Do(ctx, h, hub.Console(), hub.CreateStaff{Login: c.Login, Name: c.Name, Role: court.Role(c.Role), Password: password}); err != nil {
			return readable(err)
		}
		fmt.Fprintf(s.out, "%s can sign in as %s.\n", c.Login, c.Role)
		return nil
	})
}

type staffListCmd struct{ recordFlags }

func (c staffListCmd) Run(ctx context.Context, s streams) error {
	return c.do(ctx, s, hub.AccountConfig{}, func(h *hub.Hub, _ *store.Store) error {
		list, err := hub.Do(ctx, h, hub.Console(), hub.ListStaff{})
		if err != nil {
			return readable(err)
		}
		table := tabwriter.NewWriter(s.out, 0, 4, 2, ' ', 0)
		fmt.Fprintln(table, "LOGIN\tROLE\tSECOND STEP\tSTATE\tNAME")
		for _, st := range list {
			step, state := "no", "enabled"
			if st.TOTP {
				step = "yes"
			}
			if st.Disabled {
				state = "disabled"
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", st.Login, st.Role, step, state, st.Name)
		}
		return table.Flush()
	})
}

type staffDisableCmd struct {
	recordFlags
	Login string `arg:""`
}

func (c staffDisableCmd) Run(ctx context.Context, s streams) error {
	disabled := true
	return c.change(ctx, s, c.Login, hub.ChangeStaff{Disabled: &disabled}, "is disabled; its sessions have ended")
}

type staffEnableCmd struct {
	recordFlags
	Login string `arg:""`
}

func (c staffEnableCmd) Run(ctx context.Context, s streams) error {
	disabled := false
	return c.change(ctx, s, c.Login, hub.ChangeStaff{Disabled: &disabled}, "is enabled")
}

type staffPasswdCmd struct {
	recordFlags
	Login string `arg:""`
}

func (c staffPasswdCmd) Run(ctx context.Context, s streams) error {
	password, err := askPassword(s)
	if err != nil {
		return err
	}
	return c.change(ctx, s, c.Login, hub.ChangeStaff{Password: password}, "has the new password; its sessions have ended")
}

// change changes one account, found by its login.
func (f recordFlags) change(ctx context.Context, s streams, login string, change hub.ChangeStaff, done string) error {
	return f.do(ctx, s, hub.AccountConfig{}, func(h *hub.Hub, st *store.Store) error {
		account, err := st.StaffByLogin(ctx, strings.ToLower(login))
		if errors.Is(err, court.ErrNotFound) {
			return fmt.Errorf("there is no account %s; see microcourt staff list", login)
		}
		if err != nil {
			return err
		}
		change.ID = account.PersonID
		if _, err := hub.Do(ctx, h, hub.Console(), change); err != nil {
			return readable(err)
		}
		fmt.Fprintf(s.out, "%s %s.\n", account.Login, done)
		return nil
	})
}

// readable writes a refusal for a terminal, in both languages.
func readable(err error) error {
	var e *court.Error
	if !errors.As(err, &e) {
		return err
	}
	field := ""
	if e.Field != "" {
		field = e.Field + ": "
	}
	return fmt.Errorf("%s%s %s", field, e.ZH, e.EN)
}

// askPassword reads a password: asked for twice in a terminal, otherwise the first line of standard input. It is never an argument, where
// other users of the machine would see it.
func askPassword(s streams) (string, error) {
	if f, ok := s.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return promptPassword(f, s.err)
	}
	line, err := bufio.NewReader(io.LimitReader(s.in, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", errors.New("no password given: write it to standard input, or run this in a terminal")
	}
	return line, nil
}

func promptPassword(terminal *os.File, w io.Writer) (string, error) {
	ask := func(question string) (string, error) {
		fmt.Fprint(w, question)
		text, err := term.ReadPassword(int(terminal.Fd()))
		fmt.Fprintln(w)
		return string(text), err
	}
	password, err := ask("密码 password: ")
	if err != nil {
		return "", err
	}
	again, err := ask("再次输入 again: ")
	if err == nil && again != password {
		err = errors.New("the two passwords differ")
	}
	return password, err
}
