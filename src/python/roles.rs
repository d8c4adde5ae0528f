//! What a decorator makes of a definition, told by its name.

use super::definition::DecoratorRole;

/// The role of a decorator by the dotted path it stands for.
pub(super) fn role_of_path(path: &str) -> DecoratorRole {
    let (module, last) = path.rsplit_once('.').unwrap_or(("", path));
    match last {
        "property" | "cached_property" | "abstractproperty" | "hybrid_property"
        | "classproperty" => DecoratorRole::Property,
        "abstractmethod" | "abstractclassmethod" => DecoratorRole::Abstract,
        "abstractstaticmethod" => DecoratorRole::AbstractStaticMethod,
        "staticmethod" => DecoratorRole::StaticMethod,
        "classmethod" => DecoratorRole::ClassMethod,
        "dataclass" => DecoratorRole::Dataclass,
        "contextmanager" | "asynccontextmanager" => DecoratorRole::ContextManager,
        "fixture" => DecoratorRole::Fixture,
        "command" | "group" | "callback" => DecoratorRole::Command,
        "get" | "post" | "put" | "patch" | "delete" | "head" | "options" | "api_route"
        | "websocket"
            if module.ends_with("app") || module.ends_with("router") || module.ends_with("api") =>
        {
            DecoratorRole::Command
        }
        _ => DecoratorRole::Other,
    }
}
