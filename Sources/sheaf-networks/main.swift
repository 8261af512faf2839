import Commands

Program.run(Sheaf.self)
