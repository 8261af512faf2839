import Architectures
import ArgumentParser

extension ForegroundRule: ExpressibleByArgument {}
