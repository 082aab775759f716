//! Who may do what.

/// What one of the operator's people is there for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Makes offers; revokes, suspends and reinstates credentials.
    Issuer,
    /// Sees what an application holds, and decides it.
    Approver,
    /// Reads the audit log.
    Auditor,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Issuer, Self::Approver, Self::Auditor];

    /// Its name in settings and in the audit log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issuer => "issuer",
            Self::Approver => "approver",
            Self::Auditor => "auditor",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Issuer => 1,
            Self::Approver => 2,
            Self::Auditor => 4,
        }
    }
}

/// The roles of one person.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Roles(u8);

impl Roles {
    /// Whether a role is among them.
    #[must_use]
    pub const fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Their names.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        Role::ALL.into_iter().filter(|role| self.has(*role)).map(Role::as_str).collect()
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |bits, role| bits | role.bit()))
    }
}

/// Who may use a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Need {
    /// Anybody: the way to the sign-in.
    Anybody,
    /// Whoever has signed in with any role.
    SignedIn,
    /// Whoever has one of these roles.
    One(&'static [Role]),
}

impl Need {
    /// Whether somebody with these roles may.
    #[must_use]
    pub fn allows(self, roles: Roles) -> bool {
        match self {
            Self::Anybody => true,
            Self::SignedIn => !roles.is_empty(),
            Self::One(any) => any.iter().any(|role| roles.has(*role)),
        }
    }
}
